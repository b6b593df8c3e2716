/** Listing few tools costs little more: the calls and answers that the benchmark counts. */
import { assert } from "../assert.ts";
import { costOf, MOST_CALLS, MOST_TOKENS } from "../../scripts/bench/few_tools.ts";

Deno.test("requests take few calls and tokens more where few tools are listed", async () => {
  const full = await costOf("all");
  for (const toolsets of ["compact", "core"]) {
    const { calls, tokens } = await costOf(toolsets);
    assert(calls <= full.calls * MOST_CALLS, `${toolsets}: ${calls} calls, not ${full.calls}`);
    assert(tokens <= full.tokens * MOST_TOKENS, `${toolsets}: ${tokens}, not ${full.tokens}`);
  }
});
