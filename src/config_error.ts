/**
 * What ends the start: settings that do not make sense.
 *
 * @module
 */

/** What is wrong with the configuration, one line each, no secret in any. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";

  /** @param hint What else can be done, when there is something. */
  constructor(readonly problems: readonly string[], readonly hint?: string) {
    super(`Cannot start: ${problems.length} problem(s) in the configuration`);
  }
}
