/**
 * What a list loses when another takes its place, and how a person reads it.
 *
 * @module
 */

/** Entries named one by one; more are counted. */
const NAMED = 8;

/** The entries that `after` lacks. */
export function missing<T>(before: readonly T[], after: readonly T[]): T[] {
  return before.filter((entry) => !after.includes(entry));
}

/** `a, b, c`; of a long list the first ones, the number of others, and the last. */
export function listText(entries: readonly string[]): string {
  if (entries.length <= NAMED) return entries.join(", ");
  const first = entries.slice(0, NAMED - 1).join(", ");
  return `${first}, ${entries.length - NAMED} more, ${entries.at(-1)}`;
}

/** `2 of 5 groups: ops, admins`; of one that goes whole, its entries. */
export function partText(gone: readonly string[], all: number, noun: string): string {
  const text = listText(gone);
  return gone.length < all ? `${gone.length} of ${all} ${noun}: ${text}` : text;
}
