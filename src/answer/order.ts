/**
 * Orders the rows of a list by fields.
 *
 * @module
 */
import type { Row } from "../tool/answer.ts";
import type { ListSpec } from "../tool/context.ts";
import { cellOf } from "./fields.ts";

/** A field to sort by, greatest first where `-` stands before it. */
export interface SortKey {
  readonly name: string;
  readonly descends: boolean;
}

/** The key that a word of `sort` means. */
export function sortKey(word: string): SortKey {
  return { name: word.replace(/^[-+]/, ""), descends: word.startsWith("-") };
}

function compare(one: unknown, other: unknown): number {
  if (typeof one === "number" && typeof other === "number") return one - other;
  const text = (value: unknown): string =>
    typeof value === "object" ? JSON.stringify(value) : String(value);
  return text(one).localeCompare(text(other), "en", { numeric: true });
}

/** The order of rows by keys, the first first; what has no value comes last. */
export function byKeys(keys: readonly SortKey[]): NonNullable<ListSpec["order"]> {
  return (one, other) => {
    for (const { name, descends } of keys) {
      const [a, b] = [cellOf(one, name) ?? null, cellOf(other, name) ?? null];
      const order = a === null || b === null
        ? Number(a === null) - Number(b === null)
        : descends
        ? compare(b, a)
        : compare(a, b);
      if (order !== 0) return order;
    }
    return 0;
  };
}

/** The order of rows by fields, written as a caller's `sort` has them. */
export function orderBy(...words: readonly string[]): NonNullable<ListSpec["order"]> {
  return byKeys(words.map(sortKey));
}

/** Rows by their first column, since PVE's order is random; rows that have an order keep it. */
export function sortRows(rows: readonly Row[], by: string | undefined): readonly Row[] {
  if (by === undefined) return rows;
  return rows.toSorted((one, other) => compare(one[by] ?? "", other[by] ?? ""));
}
