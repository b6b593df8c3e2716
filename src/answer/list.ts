/**
 * Makes rows into the list of an answer: filtered, reduced to good columns, paged and bounded, with
 * the total always said.
 *
 * @module
 */
import { defined } from "../base/defined.ts";
import { type Answer, type ListData, type Row, ToolError } from "../tool/answer.ts";
import { FIELDS } from "../tool/compatibility_table.ts";
import type { AnswerOptions } from "../tool/context.ts";
import type { Action } from "../tool/define.ts";
import { didYouMean } from "../base/text/nearest.ts";
import { maskSecrets } from "./mask.ts";

/** Rows of a page unless the caller asks for another number. */
export const DEFAULT_LIMIT = 100;
/** Characters of a page's cells: some 10,000 tokens, two characters each. */
const MAX_PAGE_CHARACTERS = 20_000;

/** All names that any row has, in the order they first appear. */
export function fieldNames(rows: readonly Row[]): string[] {
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) names.add(name);
  return [...names];
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Several values in one field: tags, groups, content types. */
function partsOf(value: unknown): string[] {
  return textOf(value).toLowerCase().split(/[;,\s]+/);
}

/** `field=value` or `field!=value`. */
const FIELD_TERM = /^([\w.-]+)(!?=)(.*)$/;

function matches(row: Row, term: string): boolean {
  const pair = FIELD_TERM.exec(term);
  if (!pair) {
    return Object.values(row).some((value) => textOf(value).toLowerCase().includes(term));
  }
  const [, field = "", sign, wanted = ""] = pair;
  const name = Object.keys(row).find((each) => each.toLowerCase() === field) ??
    FIELDS[field] ?? field;
  const value = textOf(row[name]).toLowerCase();
  const equal = value === wanted || partsOf(row[name]).includes(wanted);
  return sign === "=" ? equal : !equal;
}

/**
 * Rows that fit all terms of a filter: words anywhere, or `field=value`, `field!=value`. What is
 * secret fits none: it could be guessed, letter by letter.
 */
export function filterRows(rows: readonly Row[], filter: string): readonly Row[] {
  const terms = filter.toLowerCase().split(/\s+/).filter((term) => term !== "");
  return rows.filter((row) => {
    const masked = maskSecrets(row) as Row;
    return terms.every((term) => matches(masked, term));
  });
}

/** That a filter asks for a field that no row has; PVE leaves out fields that are not set. */
function filterHint(all: readonly Row[], filter: string): string | undefined {
  const names = fieldNames(all);
  const known = names.map((name) => name.toLowerCase());
  const field = filter.toLowerCase().split(/\s+/)
    .map((term) => FIELD_TERM.exec(term)?.[1])
    .find((each) => each !== undefined && !known.includes(FIELDS[each] ?? each));
  return field === undefined
    ? undefined
    : `No row has a field "${field}". Fields: ${names.join(", ")}.${didYouMean(field, names)}`;
}

function columnsOf(
  rows: readonly Row[],
  options: AnswerOptions,
  wanted: readonly string[] | undefined,
): string[] {
  const names = fieldNames(rows);
  if (options.fields?.includes("all") || options.fields?.includes("*")) return names;
  if (options.fields) {
    const unknown = options.fields.find((field) => rows.length > 0 && !names.includes(field));
    if (unknown !== undefined) {
      throw new ToolError(`There is no field "${unknown}" here`, {
        reason: `Fields: ${names.join(", ")}.${didYouMean(unknown, names)}`,
      });
    }
    return [...options.fields];
  }
  // A column that no row has says nothing.
  const chosen = wanted?.filter((name) => names.includes(name)) ?? [];
  return chosen.length > 0 ? chosen : names;
}

/**
 * One page of rows.
 *
 * @param before Rows there were before the tool itself chose among them.
 */
export function pageOf(
  all: readonly Row[],
  options: AnswerOptions,
  wanted: readonly string[] | undefined,
  before = all.length,
): ListData {
  const rows = options.filter === undefined ? all : filterRows(all, options.filter);
  const offset = options.offset ?? 0;
  const columns = columnsOf(all, options, wanted);
  const page: unknown[][] = [];
  let size = 0;
  for (const row of rows.slice(offset, offset + (options.limit ?? DEFAULT_LIMIT))) {
    const cells = columns.map((name) => row[name] ?? null);
    size += cells.reduce<number>((sum, cell) => sum + textOf(cell).length + 3, 0);
    if (size > MAX_PAGE_CHARACTERS && page.length > 0) break;
    page.push(cells);
  }
  const next = offset + page.length;
  const hint = options.filter !== undefined && rows.length === 0
    ? filterHint(all, options.filter)
    : undefined;
  return {
    columns,
    rows: page,
    total: rows.length,
    ...defined({
      unfiltered: rows.length === 0 && before > 0
        ? before
        : options.filter === undefined
        ? undefined
        : all.length,
      hint,
      next_offset: next < rows.length && page.length > 0 ? next : undefined,
    }),
  };
}

function compare(one: unknown, other: unknown): number {
  if (typeof one === "number" && typeof other === "number") return one - other;
  return textOf(one).localeCompare(textOf(other), "en", { numeric: true });
}

/** Rows by their first column, since PVE's order is random; rows that have an order keep it. */
export function sortRows(rows: readonly Row[], by: string | undefined): readonly Row[] {
  if (by === undefined) return rows;
  return rows.toSorted((one, other) => compare(one[by], other[by]));
}

/**
 * A list of rows, or of plain values.
 *
 * @param before Rows there were before the tool itself chose among them.
 */
export function listAnswer(
  data: readonly unknown[],
  action: Pick<Action, "columns">,
  options: AnswerOptions,
  title: string,
  before = data.length,
): Answer {
  const rows = data.map((each) =>
    (typeof each === "object" && each !== null ? each : { value: each }) as Row
  );
  const sorted = sortRows(rows, action.columns?.[0]);
  const list = pageOf(sorted, options, action.columns, before);
  return { title: `${title}: ${list.total}`, list };
}
