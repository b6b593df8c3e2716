import { assertEquals } from "../assert.ts";
import { clockSkew } from "../../src/pve/clock_skew.ts";

Deno.test("clockSkew() tells by how much a clock is wrong, from the first second over the bound", () => {
  const skews = [0, 30, -30, 31, -31, 90].map((seconds) => clockSkew(seconds));
  assertEquals(skews, [
    undefined,
    undefined,
    undefined,
    "31 s ahead of this machine's",
    "31 s behind this machine's",
    "1 min ahead of this machine's",
  ]);
  assertEquals(clockSkew(-7200, "the others"), "2 h behind the others");
});
