/**
 * What a list loses when another takes its place, and how a person reads it.
 *
 * @module
 */

/** Entries named one by one; more are counted. */
const NAMED = 8;

/** The entries that `after` lacks. */
export function missing(before: readonly string[], after: readonly string[]): string[] {
  return before.filter((entry) => !after.includes(entry));
}

/** `a, b, c`; of a long list the first ones, the number of others, and the last. */
export function listWords(entries: readonly string[]): string {
  if (entries.length <= NAMED) return entries.join(", ");
  const first = entries.slice(0, NAMED - 1).join(", ");
  return `${first}, ${entries.length - NAMED} more, ${entries.at(-1)}`;
}

/** `2 of 5 groups: ops, admins` */
export function partWords(gone: readonly string[], all: number, noun: string): string {
  const many = gone.length === all ? `all ${all}` : `${gone.length} of ${all}`;
  return `${many} ${noun}: ${listWords(gone)}`;
}
