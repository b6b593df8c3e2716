/**
 * What a call that was refused says, and that its guest is as it was.
 *
 * @module
 */
import { assertStringIncludes } from "../assert.ts";
import type { Harness, ToolAnswer } from "../harness.ts";
import { assertDenied } from "../outcome.ts";

/** Whether a guest runs. */
export function guestState(harness: Harness, vmid: number): unknown {
  return harness.simulator.cluster.guests.get(vmid)?.status;
}

/** The number of a guest by its name. */
export async function guestNamed(harness: Harness, name: string): Promise<number> {
  return (await harness.services.guests.find(name)).vmid;
}

/** Asserts that a call was not done, and says why. */
export function refusedAnswer(
  answer: ToolAnswer,
  words: string,
  assertOutcome = assertDenied,
): void {
  assertOutcome(answer);
  assertStringIncludes(answer.text, words);
  assertStringIncludes(answer.text, "Nothing was done");
}
