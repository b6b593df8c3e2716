/**
 * Looks up names that come from outside in tables: only what a table itself holds is found, not
 * what every JavaScript object inherits.
 *
 * @module
 */

/** The table's own entry of that name, or undefined. */
export function lookup<T>(
  table: Readonly<Record<string, T>> | undefined,
  name: string,
): T | undefined {
  return table && Object.hasOwn(table, name) ? table[name] : undefined;
}

/** An empty table that inherits nothing, so that any name can be written to it. */
export function emptyTable<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}
