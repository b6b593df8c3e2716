import { GIB } from "../../src/base/byte_units.ts";
import { assertEquals } from "../assert.ts";
import { rrdAnswer } from "../../src/answer/rrd.ts";

const START = 1795355160;
const ROWS = Array.from({ length: 30 }, (_, index) => ({
  time: START + index * 60,
  ...(index < 28 ? { cpu: index / 100, memused: GIB * (index + 1), netin: index / 3 } : {}),
}));

Deno.test("rrdAnswer() shows the newest measured points, and sums up all of them", () => {
  const answer = rrdAnswer(ROWS, {}, "Load of pve1");
  assertEquals(answer.object?.cpu, { min: 0, avg: 0.135, max: 0.27, last: 0.27 });
  assertEquals(answer.list?.columns, ["time", "cpu", "memused", "netin"]);
  assertEquals(answer.list?.rows.length, 10);
  assertEquals(answer.list?.rows[0], [START + 27 * 60, 0.27, GIB * 28, 9]);
  assertEquals(answer.list?.next_offset, 10);
  assertEquals(answer.notes, ["Per second: netin"]);
  assertEquals(answer.object?.memused, {
    min: GIB,
    avg: 14.5 * GIB,
    max: 28 * GIB,
    last: 28 * GIB,
  });
});

Deno.test("rrdAnswer() keeps to the fields, the number of points and the page asked for", () => {
  const answer = rrdAnswer(ROWS, { fields: ["cpu"], limit: 2, offset: 1 }, "Load");
  assertEquals(answer.list?.columns, ["time", "cpu"]);
  assertEquals(answer.list?.rows.map(([at]) => at), [START + 26 * 60, START + 25 * 60]);
  assertEquals(Object.keys(answer.object ?? {}), ["cpu"]);
});

Deno.test("rrdAnswer() says when nothing was measured", () => {
  const answer = rrdAnswer([{ time: START }, { time: START + 60 }], {}, "Load");
  assertEquals(answer.title, "Load: nothing was measured");
  assertEquals(answer.list, undefined);
  assertEquals(rrdAnswer(null, {}, "Load").title, "Load: nothing was measured");
});
