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

Deno.test("rrdAnswer() says once what stays as it is, unless it is asked for", () => {
  const rows = ROWS.slice(0, 28).map((row) => ({ ...row, maxcpu: 4, maxmem: 8 * GIB }));
  const answer = rrdAnswer(rows, {}, "Load");
  assertEquals([answer.object?.maxcpu, answer.object?.maxmem], [4, 8 * GIB]);
  assertEquals(answer.list?.columns, ["time", "cpu", "memused", "netin"]);
  const asked = rrdAnswer(rows, { fields: ["maxcpu"], limit: 1 }, "Load");
  assertEquals(asked.object, { maxcpu: { min: 4, avg: 4, max: 4, last: 4 } });
  assertEquals(asked.list?.rows, [[START + 27 * 60, 4]]);
  const all = rrdAnswer(rows, { fields: ["all"] }, "Load");
  assertEquals(all.list?.columns, ["time", "cpu", "memused", "netin", "maxcpu", "maxmem"]);
  assertEquals(Object.keys(all.object ?? {}).length, 5);
});

Deno.test("rrdAnswer() leaves out what a guest takes of its node where that is what it uses", () => {
  const rows = ROWS.slice(0, 9).map(({ time }, index) => ({ time, mem: index, memhost: index }));
  assertEquals(rrdAnswer(rows, {}, "Load").list?.columns, ["time", "mem"]);
  const other = rows.with(4, { ...rows[4]!, memhost: 99 });
  assertEquals(rrdAnswer(other, {}, "Load").list?.columns, ["time", "mem", "memhost"]);
});

Deno.test("rrdAnswer() tells a guest that was off all the time in one line", () => {
  const off = { cpu: 0, mem: 0, memhost: 0, netin: 0, netout: 0, maxcpu: 2, maxmem: GIB };
  const rows = ROWS.slice(0, 9).map(({ time }) => ({ time, ...off }));
  assertEquals(rrdAnswer(rows, {}, "Load of web01"), {
    title: "Load of web01: off all the time, 2026-11-22 13:46:00Z to 2026-11-22 13:54:00Z",
    object: { maxcpu: 2, maxmem: GIB },
  });
  assertEquals(rrdAnswer(rows, { fields: ["cpu"] }, "Load").list?.total, 9);
  const awake = rows.with(4, { ...rows[4]!, cpu: 0.1 });
  assertEquals(rrdAnswer(awake, {}, "Load").list?.columns, ["time", "cpu"]);
});

Deno.test("rrdAnswer() says when nothing was measured", () => {
  const answer = rrdAnswer([{ time: START }, { time: START + 60 }], {}, "Load");
  assertEquals(answer.title, "Load: nothing was measured");
  assertEquals(answer.list, undefined);
  assertEquals(rrdAnswer(null, {}, "Load").title, "Load: nothing was measured");
});
