/**
 * The order in which PVE lists what it keeps by name.
 *
 * @module
 */

/** Compares entries of a table by their names, character by character. */
export function byName(
  [one]: readonly [string, unknown],
  [other]: readonly [string, unknown],
): number {
  return one < other ? -1 : 1;
}
