/**
 * What ends the start: settings that do not make sense.
 *
 * @module
 */

/** What may be a secret in a setting that holds something else by mistake. */
const SECRETS: readonly (readonly [pattern: RegExp, shown: string])[] = [
  // A token's secret, anywhere.
  [/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, "…"],
  // A whole token: user@realm!name=secret.
  [/(![\w.-]+=)[^\s"]+/g, "$1…"],
  // A URL with user and password.
  [/[^\s"/:@]+:[^\s"/@]+@/g, "…@"],
];

function discreet(problem: string): string {
  return SECRETS.reduce((text, [pattern, shown]) => text.replace(pattern, shown), problem);
}

/** What is wrong with the configuration, one line each, no secret in any. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  /** @param hint What else can be done, when there is something. */
  constructor(problems: readonly string[], readonly hint?: string) {
    super(`Cannot start: ${problems.length} problem(s) in the configuration`);
    this.problems = problems.map(discreet);
  }
}
