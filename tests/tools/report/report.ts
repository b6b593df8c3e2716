/**
 * What the tests of reports share: asking for one, and the size and the advice of its answer.
 *
 * @module
 */
import { assert, assertEquals } from "../../assert.ts";
import { callsOf } from "../../docs/calls.ts";
import { problemOf } from "../../docs/check_call.ts";
import type { Harness, ToolAnswer } from "../../harness.ts";
import { tokens } from "../../mcp/tool_lists.ts";
import { assertDone } from "../../outcome.ts";

/** Tokens that no report may be longer than. */
const MAX_TOKENS = 1_200;

/** The problem of a call that lacks what only its reader knows. */
const INCOMPLETE = /is missing|is required/;

/** Arguments without those that the reader fills in. */
function withoutGaps(args: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== "…"));
}

/** A report, which is short and ends with calls that there are. */
export async function report(
  { call }: Pick<Harness, "call">,
  args: Readonly<Record<string, unknown>>,
): Promise<ToolAnswer> {
  const answer = await call("proxmox_report", args);
  const { text } = answer;
  assertDone(answer);
  assert(tokens(text) <= MAX_TOKENS, `${tokens(text)} tokens:\n${text}`);
  const lines = text.split("\n");
  assert(lines.at(-1)?.includes("Next: "), `it does not end with what to do:\n${text}`);
  const written = callsOf(lines.filter((line) => line.includes("Next: ")).join("\n"));
  const wrong = written.map(({ args, ...each }) => ({ ...each, args: withoutGaps(args) }))
    .flatMap((each) => problemOf(each) ?? []).filter((problem) => !INCOMPLETE.test(problem));
  assertEquals(wrong, [], text);
  return answer;
}

/** The line of a report that holds all of the words. */
export function lineWith({ text }: ToolAnswer, ...words: readonly string[]): string {
  const line = text.split("\n").find((each) => words.every((word) => each.includes(word)));
  assert(line !== undefined, `no line with ${words.join(" and ")}:\n${text}`);
  return line;
}

/** Says that no line of a report holds all of the words. */
export function assertNoLine({ text }: ToolAnswer, ...words: readonly string[]): void {
  const line = text.split("\n").find((each) => words.every((word) => each.includes(word)));
  assert(line === undefined, `"${line}" in:\n${text}`);
}
