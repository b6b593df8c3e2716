/** The end of a server over stdio; tests/e2e/ending_test.ts ends a real one. */
import { LAST_WORDS_MS, PATIENCE } from "../../src/mcp/stdio.ts";
import { assert } from "../assert.ts";

Deno.test("all that a server over stdio waits for at its end is less than a second", () => {
  assert(PATIENCE.end + PATIENCE.cancel + LAST_WORDS_MS < 1_000);
});
