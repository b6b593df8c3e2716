/**
 * The message of whatever was thrown.
 *
 * @module
 */

/** The message of an error, or anything else that was thrown as text. */
export function errorMessage(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
