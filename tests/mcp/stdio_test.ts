/** The end of a server over stdio; tests/e2e/ending_test.ts ends a real one. */
import { CLOSE_MS, GRACE_PERIOD } from "../../src/mcp/stdio.ts";
import { assert } from "../assert.ts";

Deno.test("all that a server over stdio waits for at its end is less than a second", () => {
  assert(GRACE_PERIOD.end + GRACE_PERIOD.cancel + CLOSE_MS < 1_000);
});
