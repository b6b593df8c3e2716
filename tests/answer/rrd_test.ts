import { assert, assertEquals } from "../assert.ts";
import { rrdAnswer } from "../../src/answer/rrd.ts";
import { renderText } from "../../src/answer/render.ts";

const START = 1795355160;
const ROWS = Array.from({ length: 30 }, (_, index) => ({
  time: START + index * 60,
  ...(index < 28 ? { cpu: index / 100, memused: 1024 ** 3 * (index + 1), netin: index / 3 } : {}),
}));

Deno.test("rrdAnswer() shows the newest measured points, and sums up all of them", () => {
  const answer = rrdAnswer(ROWS, {}, "Load of pve1");
  assertEquals(answer.object?.cpu, { min: 0, avg: 0.135, max: 0.27, last: 0.27 });
  assertEquals(answer.list?.columns, ["time", "cpu", "memused", "netin"]);
  assertEquals(answer.list?.rows.length, 10);
  assertEquals(answer.list?.rows[0], [START + 27 * 60, 0.27, 1024 ** 3 * 28, 9]);
  assertEquals(answer.list?.next_offset, 10);
  assertEquals(answer.notes, ["Per second: netin"]);
  const text = renderText(answer);
  assert(text.includes("• cpu: min 0.0 %, avg 13.5 %, max 27.0 %, last 27.0 %"), text);
  assert(text.includes("• memused: min 1.00 GiB, avg 14.50 GiB"), text);
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
