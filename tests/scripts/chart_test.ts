import { chart, exponentOf } from "../../scripts/bench/chart.ts";
import { assertEquals, assertStringIncludes } from "../assert.ts";

function points(exponent: number): { readonly size: number; readonly time: number }[] {
  return [1, 10, 100, 1_000].map((size) => ({ size, time: 3 * size ** exponent }));
}

Deno.test("exponentOf() is the power of the size that a time grows with", () => {
  for (const exponent of [0, 0.5, 1, 2]) {
    assertEquals(exponentOf(points(exponent)).toFixed(6), exponent.toFixed(6));
  }
});

Deno.test("chart() draws each curve from where all begin, what is linear on the diagonal", () => {
  const svg = chart([{ what: "Linear", points: points(1) }, { what: "Flat", points: points(0) }]);
  const [diagonal, linear, flat] = [
    /class="linear" d="([^"]+)"/,
    /d="(M[^"]+)"\/>\n.*\n<text[^>]*>Linear/,
    /d="(M[^"]+)"\/>\n.*\n<text[^>]*>Flat/,
  ]
    .map((pattern) => pattern.exec(svg)?.[1] ?? "");
  assertEquals(linear?.split("L").at(0), diagonal?.split("L").at(0));
  assertEquals(linear?.split("L").at(-1), diagonal?.split("L").at(-1));
  assertEquals(new Set(flat?.slice(1).split("L").map((each) => each.split(" ")[1])).size, 1);
  assertStringIncludes(svg, "1,000 ×");
});
