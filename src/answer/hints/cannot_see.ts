/**
 * That something cannot be seen, which must not read like that there is none.
 *
 * @module
 */
import { some } from "../../base/text/units.ts";
import type { Args } from "../../pve/encode.ts";
import { type HiddenRows, takes } from "../../pve/hidden_rows.ts";
import { ToolError } from "../../tool/answer.ts";

/** Where to look for who lacks it. */
export const DOCTOR_TELLS =
  "proxmox-mcp doctor tells whether the token or its user lacks it, and what grants it";

/** What it takes to see rows of these kinds: `VM.Audit on /vms for guests` */
export function takesText(kinds: readonly HiddenRows[], args: Args = {}): string {
  const texts = kinds.map((kind) => [kind.what, takes(kind, args)] as const);
  const [first] = texts;
  if (texts.length === 1) return first?.[1] ?? "";
  return texts.map(([what, text]) => `${text} for ${what}`).join("; ");
}

/** The failure of what would have to state what the token does not see. */
export function cannotSee(kinds: readonly HiddenRows[], args: Args = {}): ToolError {
  const what = some(kinds.map((kind) => kind.what)).replace(/, ([^,]*)$/, " or $1");
  return new ToolError(`Whether there are ${what} cannot be seen`, {
    reason: `The token may see none: that takes ${takesText(kinds, args)}`,
    notes: [DOCTOR_TELLS],
  });
}
