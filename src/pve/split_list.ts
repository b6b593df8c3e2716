/**
 * Splits lists that PVE writes in one text.
 *
 * @module
 */

/**
 * The entries of a list, split as PVE does: at NUL when there is one, else at commas, semicolons
 * and white space. No value is an empty list. Source: PVE::Tools::split_list.
 */
export function splitList(value: unknown): string[] {
  const text = String(value ?? "");
  return text.split(text.includes("\0") ? "\0" : /[,;\s]+/).filter((entry) => entry !== "");
}
