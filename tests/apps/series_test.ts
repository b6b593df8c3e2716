/** Measurements become curves that say no more than was measured. */
import { CHARTS, curvesOf, type Measured, type Subject, summaryOf } from "../../src/apps/series.ts";
import type { Row } from "../../src/apps/answer.ts";
import { assert, assertEquals } from "../assert.ts";

const SUBJECT: Subject = { key: "guest 100", label: "web01 (100)", tool: "", args: {} };
const [CPU, MEMORY, NETWORK] = CHARTS;

/** A moment so many minutes after the first. */
function at(minute: number): { readonly time: string; readonly seconds: number } {
  const seconds = Date.UTC(2026, 0, 15, 9, 30) / 1000 + minute * 60;
  return { time: new Date(seconds * 1000).toISOString(), seconds };
}

function measured(...rows: Row[]): Measured[] {
  return [{ subject: SUBJECT, rows }];
}

function rowAt(minute: number, fields: Row): Row {
  return { time: at(minute).time, ...fields };
}

Deno.test("a time without measurements is a gap, and the others are none", () => {
  assert(CPU);
  const [curve] = curvesOf(
    CPU,
    measured(
      ...[0, 1, 2, 7, 8].map((minute) => rowAt(minute, { cpu: minute / 10 })),
    ),
  );
  assertEquals(curve?.values, [0, 0.1, 0.2, null, 0.7, 0.8]);
  assertEquals(curve?.times, [0, 1, 2, 3, 7, 8].map((minute) => at(minute).seconds));
});

Deno.test("a value that is missing in a measurement is a gap, too", () => {
  assert(CPU);
  const [curve] = curvesOf(
    CPU,
    measured(rowAt(0, { cpu: 0.5 }), rowAt(1, { cpu: null }), rowAt(2, { cpu: 0.25 })),
  );
  assertEquals(curve?.values, [0.5, null, 0.25]);
});

Deno.test("memory is a part of its whole, under the names of guests and of nodes", () => {
  assert(MEMORY);
  for (const [used, whole] of [["mem", "maxmem"], ["memused", "memtotal"]] as const) {
    const [curve] = curvesOf(
      MEMORY,
      measured(rowAt(0, { [used]: 2, [whole]: 8 }), rowAt(1, { [used]: 2, [whole]: 0 })),
    );
    assertEquals([curve?.values, curve?.wholes], [[0.25, null], [8, 0]]);
  }
});

Deno.test("a chart has a curve for each field that was measured, and none for another", () => {
  assert(NETWORK);
  const both = curvesOf(NETWORK, measured(rowAt(0, { netin: 1, netout: 2 })));
  assertEquals(both.map(({ label, dashed }) => [label, dashed]), [
    ["web01 (100), in", false],
    ["web01 (100), out", true],
  ]);
  assertEquals(curvesOf(NETWORK, measured(rowAt(0, { cpu: 1 }))), []);
});

Deno.test("what a curve was is told of the time that is shown alone", () => {
  assert(CPU);
  const [curve] = curvesOf(
    CPU,
    measured(...[1, 2, 3, 4].map((minute) => rowAt(minute, { cpu: minute }))),
  );
  assert(curve);
  assertEquals(summaryOf(curve, [at(2).seconds, at(3).seconds]), { min: 2, avg: 2.5, max: 3 });
  assertEquals(summaryOf(curve, [at(5).seconds, at(6).seconds]), undefined);
});
