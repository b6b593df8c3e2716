/** Pauses between tries. */
import { assertEquals } from "../../assert.ts";
import { backoffMs } from "../../../src/base/async/backoff.ts";

Deno.test("backoffMs() doubles the pause after each try, up to the longest", () => {
  const pauses = { firstMs: 500, maxMs: 5_000 };
  const tries = [0, 1, 2, 3, 4, 5, 10_000];
  assertEquals(tries.map((each) => backoffMs(each, pauses)), [
    ...[500, 1_000, 2_000, 4_000],
    ...[5_000, 5_000, 5_000],
  ]);
});

Deno.test("backoffMs() grows by another factor when one is given", () => {
  const pauses = { firstMs: 100, maxMs: 1_000, factor: 3 };
  assertEquals([0, 1, 2, 3].map((each) => backoffMs(each, pauses)), [100, 300, 900, 1_000]);
});
