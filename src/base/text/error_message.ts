/**
 * What was thrown, in words.
 *
 * @module
 */

/** The message of an error, or what was thrown in its place as text. */
export function errorMessage(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
