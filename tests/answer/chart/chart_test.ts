import { GIB } from "../../../src/base/byte_units.ts";
import { timeMarks, valueMarks } from "../../../src/answer/chart/axis.ts";
import { chartOf } from "../../../src/answer/chart/chart.ts";
import { panelsOf } from "../../../src/answer/chart/panels.ts";
import { sparkline } from "../../../src/answer/chart/sparkline.ts";
import { svgOf } from "../../../src/answer/chart/svg.ts";
import { assert, assertEquals, assertStringIncludes } from "../../assert.ts";
import { darkPixels, pixelsOf } from "../../png.ts";

const START = 1795355160;
const MAX_BYTES = 60_000;
/** An hour of a node, all of whose fields move, with nothing known for some minutes. */
const ROWS = Array.from({ length: 70 }, (_, index) => {
  const wave = (of: number): number => of * (1 + Math.sin(index / of + index));
  const time = START + index * 60;
  return index > 20 && index < 26 ? { time } : {
    time,
    cpu: wave(0.2),
    iowait: wave(0.01),
    memused: wave(GIB),
    memtotal: 4 * GIB,
    netin: wave(1e5),
    netout: wave(1e6),
    diskread: wave(1e4),
    diskwrite: wave(3e7),
    loadavg: wave(2),
    rootused: wave(9 * GIB),
    roottotal: 20 * GIB,
    swapused: wave(GIB / 8),
    swaptotal: GIB,
  };
});

/** Where a line is drawn, by the moves that begin each stretch. */
function stretchesOf(svg: string, color: string): number {
  const path = new RegExp(`<path d="([^"]+)"[^>]*stroke="${color}"`).exec(svg)?.[1] ?? "";
  return path.match(/M/g)?.length ?? 0;
}

Deno.test("a chart draws what belongs together in one panel, and leaves out what never moves", () => {
  assertEquals(
    panelsOf(ROWS).map(({ title, lines }) => [title, ...lines.map(({ field }) => field)]),
    [
      ["CPU", "cpu", "iowait"],
      ["Memory", "memused"],
      ["Network", "netin", "netout"],
      ["Disk", "diskread", "diskwrite"],
      ["Load average", "loadavg"],
      ["Space used", "rootused"],
      ["Swap", "swapused"],
    ],
  );
  assertEquals(panelsOf(ROWS, ["cpu"]).map(({ lines }) => lines.length), [1]);
  assertEquals(panelsOf([{ time: 0, disk: 0, maxdisk: 1 }, { time: 60, disk: 0, maxdisk: 1 }]), []);
});

Deno.test("a line of a chart has a gap where nothing is known", () => {
  assertEquals(stretchesOf(svgOf(panelsOf(ROWS, ["cpu"]), "Load"), "#1f6feb"), 2);
  const lonely = [{ time: 0, cpu: 0.5 }, { time: 60 }, { time: 120, cpu: 0.1 }];
  assertStringIncludes(svgOf(panelsOf(lonely), "Load"), "h.1");
});

Deno.test("axes have few marks, at round values and moments", () => {
  for (const [most, base] of [[0.37, 10], [3.2, 10], [5e9, 1024], [1500, 1024], [0, 10]] as const) {
    const marks = valueMarks(most, base);
    assert(marks.length >= 2 && marks.length <= 5, `${most}: ${marks}`);
    assertEquals(marks[0], 0);
    assert(marks.at(-1)! >= most, `${most}: ${marks}`);
  }
  assertEquals(valueMarks(3 * GIB, 1024).map((value) => value / GIB), [0, 1, 2, 3]);
  const day = Date.UTC(2026, 0, 15) / 1000;
  assertEquals(timeMarks(day, day + 3600).map(({ label }) => label), [
    ...["00:00", "00:15", "00:30", "00:45", "01:00"],
  ]);
  assertEquals(timeMarks(day, day + 7 * 86_400).map(({ label }) => label), [
    ...["01-15", "01-17", "01-19", "01-21"],
  ]);
});

Deno.test("nothing in a name becomes part of the drawing", () => {
  const svg = svgOf(panelsOf(ROWS), `<image href="https://evil.example"/>&"\u202e웹`);
  assertEquals(svg.includes("<image"), false);
  assertStringIncludes(svg, `&lt;image href=&quot;https://evil.example&quot;/>&amp;&quot;··`);
});

Deno.test("a chart of all there is stays small, and has its labels", async () => {
  const image = await chartOf(ROWS, "Load of pve1");
  const png = Uint8Array.fromBase64(image!.data);
  assert(png.length <= MAX_BYTES, `${png.length} bytes`);
  const pixels = await pixelsOf(png);
  assertEquals([pixels.width, pixels.height], [880, 34 + 4 * 190]);
  // Left of the first axis, below it, and in the heading stand texts alone.
  assert(darkPixels(pixels, [16, 8, 120, 20]) > 100);
  assert(darkPixels(pixels, [20, 60, 48, 140]) > 40);
  assert(darkPixels(pixels, [74, 202, 350, 16]) > 40);
  assertEquals(darkPixels(pixels, [0, 60, 12, 140]), 0);
});

Deno.test("there is no chart of nothing", async () => {
  assertEquals(await chartOf([{ time: START }], "Load"), undefined);
});

Deno.test("a sparkline goes from the least to the greatest value, with gaps", () => {
  assertEquals(sparkline([0, 1, 2, 3, null, 7]), "▁▂▃▄ █");
  assertEquals(sparkline([5, 5, 5]), undefined);
  assertEquals(sparkline([]), undefined);
  assertEquals(sparkline(Array.from({ length: 400 }, (_, index) => index))?.length, 40);
});
