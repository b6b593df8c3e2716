/**
 * The error of settings with which the program cannot start; it holds no secret.
 *
 * @module
 */
import { sanitizeLine } from "../base/text/sanitize.ts";

/** What else can be done where settings are wrong or missing. */
export const WHAT_HELPS =
  "proxmox-mcp doctor says how each is mended, and proxmox-mcp --demo starts without a cluster";

/** What may be a secret in a setting that holds something else by mistake. */
const SECRETS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // A token's secret, or most of it, anywhere.
  [/[0-9a-f]{8}(?:-[0-9a-f]{2,}){2,}|[0-9a-f]{24,}/gi, "…"],
  // A whole token: user@realm!name=secret.
  [/(![\w.-]+=)[^\s"]+/g, "$1…"],
  // A URL with user and password.
  [/[^\s"/:@]+:[^\s"/@]+@/g, "…@"],
];

/** The text on one line, without what may be a secret in it. */
export function redacted(problem: string): string {
  // Cleaned first: characters that are not seen would hide a secret from the patterns alone.
  return SECRETS.reduce(
    (text, [pattern, replacement]) => text.replace(pattern, replacement),
    sanitizeLine(problem),
  );
}

/** What is wrong with the configuration, one line each, no secret in any. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];
  /** What else can be done, when there is something. */
  readonly hint: string | undefined;
  /** What would be warned of if there were no problems. */
  readonly warnings: readonly string[];

  constructor(
    problems: readonly string[],
    { hint, warnings = [] }: {
      readonly hint?: string | undefined;
      readonly warnings?: readonly string[];
    } = {},
  ) {
    super(`Cannot start: ${problems.length} problem(s) in the configuration`);
    this.problems = problems.map(redacted);
    this.hint = hint;
    this.warnings = warnings;
  }
}
