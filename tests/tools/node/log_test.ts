import { assertEquals } from "../../assert.ts";
import type { PveAnswer } from "../../../src/pve/client.ts";
import { linesAnswer, type LogPage, readLog } from "../../../src/tools/node/_log.ts";

/** Pages of a log of numbered lines, and which of them were asked for. */
function pages(total: number): { asked: LogPage[]; ask: (page: LogPage) => Promise<PveAnswer> } {
  const asked: LogPage[] = [];
  const all = Array.from(
    { length: total },
    (_, index) => ({ n: index + 1, t: `line ${index + 1}` }),
  );
  return {
    asked,
    ask: (page) => {
      asked.push(page);
      const end = page.limit === 0 ? undefined : page.start + page.limit;
      return Promise.resolve({ data: all.slice(page.start, end), total });
    },
  };
}

Deno.test("readLog() asks once for a short log, and a second time for the end of a long one", async () => {
  const short = pages(30);
  assertEquals((await readLog(short.ask, {})).lines.length, 30);
  assertEquals(short.asked, [{ start: 0, limit: 50 }]);
  const long = pages(170);
  const log = await readLog(long.ask, { limit: 20 });
  assertEquals([log.start, log.lines[0], log.lines.at(-1)], [150, "line 151", "line 170"]);
  assertEquals(long.asked, [{ start: 0, limit: 20 }, { start: 150, limit: 20 }]);
});

Deno.test("readLog() keeps to a start, and takes a limit of 0 for all", async () => {
  const some = pages(170);
  assertEquals((await readLog(some.ask, { start: 5, limit: 2 })).lines, ["line 6", "line 7"]);
  assertEquals((await readLog(some.ask, { limit: 0 })).lines.length, 170);
  assertEquals(some.asked.length, 2);
});

Deno.test("readLog() knows PVE's ways to say that there is nothing", async () => {
  for (const t of ["no content", "-- No entries --"]) {
    const log = await readLog(() => Promise.resolve({ data: [{ n: 1, t }], total: 1 }), {});
    assertEquals(linesAnswer(log, "Log"), { title: "Log: empty" });
  }
});

Deno.test("linesAnswer() says where older lines are", () => {
  const log = { lines: ["one", "ok"], start: 40, total: 42 };
  assertEquals(linesAnswer(log, "Log"), {
    title: "Log: lines 41 to 42 of 42",
    texts: [{ label: "Log", text: "one\nok" }],
    notes: ["start=38 for older ones"],
  });
});
