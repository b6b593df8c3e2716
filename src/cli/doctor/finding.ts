/**
 * A finding of the doctor, and its text for a person.
 *
 * @module
 */

import { defined } from "../../base/defined.ts";
import { sanitizeText } from "../../base/text/sanitize.ts";
import { counted } from "../../base/text/units.ts";

/** `warn`: it works, but not as well or as safely as it could. */
export type Status = "ok" | "warn" | "fail" | "skip";

/** One thing that was looked at. */
export interface Finding {
  /** What was looked at: `TLS of pve1:8006`. */
  readonly check: string;
  readonly status: Status;
  /** What was found, without a full stop. */
  readonly text: string;
  /** What to do about it. */
  readonly fix?: string;
  /** Lines that explain the finding. */
  readonly details?: readonly string[];
  /** What a person reads in place of details that are many; as JSON there are both. */
  readonly brief?: readonly string[];
}

const MARKS: Readonly<Record<Status, { readonly mark: string; readonly color: string }>> = {
  ok: { mark: "✔", color: "\x1b[32m" },
  warn: { mark: "⚠", color: "\x1b[33m" },
  fail: { mark: "✖", color: "\x1b[31m" },
  skip: { mark: "–", color: "\x1b[90m" },
};
const RESET = "\x1b[0m";

/** The lines of a finding, whatever servers answered; colours are for terminals. */
export function findingLines(finding: Finding, colors: boolean): string {
  const { mark, color } = MARKS[finding.status];
  const coloredMark = colors ? `${color}${mark}${RESET}` : mark;
  return [
    `${coloredMark} ${sanitizeText(finding.check)}: ${sanitizeText(finding.text)}`,
    ...(finding.brief ?? finding.details ?? []).map((line) => `    ${sanitizeText(line)}`),
    ...(finding.fix === undefined ? [] : [`    → ${sanitizeText(finding.fix)}`]),
  ].join("\n");
}

/** The finding in other words for settings. */
export function reworded(finding: Finding, words: (text: string) => string): Finding {
  const { check, status, text, fix, details, brief } = finding;
  return {
    check: words(check),
    status,
    text: words(text),
    ...defined({
      fix: fix === undefined ? undefined : words(fix),
      details: details?.map(words),
      brief: brief?.map(words),
    }),
  };
}

/** Counts of what went wrong, in a sentence. */
export function summaryOf(findings: readonly Finding[]): string {
  const count = (status: Status): number =>
    findings.filter((each) => each.status === status).length;
  const [failed, warned] = [count("fail"), count("warn")];
  if (failed === 0 && warned === 0) return "Everything is in order";
  return [
    ...(failed > 0 ? [counted(failed, "problem")] : []),
    ...(warned > 0 ? [counted(warned, "warning")] : []),
  ].join(", ");
}
