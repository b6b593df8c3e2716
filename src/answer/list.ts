/**
 * Makes rows into the list of an answer: filtered, grouped, sorted, reduced to good columns, paged
 * and bounded, with the total always said.
 *
 * @module
 */
import { defined } from "../base/defined.ts";
import { counted } from "../base/text/units.ts";
import type { Answer, ListData, Row } from "../tool/answer.ts";
import type { AnswerOptions, ListSpec, PageSource } from "../tool/context.ts";
import { cellOf, FieldNames, fieldNames, saysNothing } from "./fields.ts";
import { type Filter, filterFields, filterHint, filterRows, parseFilter } from "./filter.ts";
import { groupRows } from "./group.ts";
import { FieldMask } from "./mask.ts";

/** Rows of a page unless the caller asks for another number. */
export const DEFAULT_LIMIT = 100;
/** Characters of a page's cells: some 10,000 tokens, two characters each. */
const MAX_PAGE_CHARACTERS = 20_000;

/** A field to sort by, greatest first where `-` stands before it. */
interface SortKey {
  readonly name: string;
  readonly descends: boolean;
}

function sortKey(word: string): SortKey {
  return { name: word.replace(/^[-+]/, ""), descends: word.startsWith("-") };
}

/** Fields that the caller's sort, group and filter name: shown, and looked up where that takes more. */
export function namedFields({ sort = [], group = [], filter = "" }: AnswerOptions): string[] {
  return [
    ...group,
    ...filterFields(parseFilter(filter)),
    ...sort.map((word) => sortKey(word).name),
  ];
}

function columnsOf(
  rows: readonly Row[],
  options: AnswerOptions,
  wanted: readonly string[] | undefined,
  names: FieldNames,
): string[] {
  const { fields } = options;
  if (fields?.includes("all") || fields?.includes("*")) return [...names.all];
  if (fields) return rows.length === 0 ? [...fields] : fields.map((field) => names.get(field));
  // A column that no row has says nothing.
  const chosen = wanted?.filter((name) => names.all.includes(name)) ?? [];
  if (chosen.length === 0) {
    return tellingNames(rows, names.all);
  }
  const named = namedFields(options).map((name) => names.find(name));
  return [...new Set([...chosen, ...named.filter((name) => name !== undefined)])];
}

function compare(one: unknown, other: unknown): number {
  if (typeof one === "number" && typeof other === "number") return one - other;
  const text = (value: unknown): string =>
    typeof value === "object" ? JSON.stringify(value) : String(value);
  return text(one).localeCompare(text(other), "en", { numeric: true });
}

/** Rows by the keys, in this order; what has no value comes last. */
function sortedBy(rows: readonly Row[], keys: readonly SortKey[]): readonly Row[] {
  return rows.toSorted((one, other) => {
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
  });
}

/** Rows by their first column, since PVE's order is random; rows that have an order keep it. */
export function sortRows(rows: readonly Row[], by: string | undefined): readonly Row[] {
  if (by === undefined) return rows;
  return rows.toSorted((one, other) => compare(one[by] ?? "", other[by] ?? ""));
}

function sortedAsAsked(rows: readonly Row[], options: AnswerOptions): readonly Row[] {
  if (!options.sort || rows.length === 0) return rows;
  const names = new FieldNames(rows);
  return sortedBy(
    rows,
    options.sort.map(sortKey).map((key) => ({ ...key, name: names.get(key.name) })),
  );
}

/** Rows with their columns, before a page is made of them. */
interface Table {
  readonly rows: readonly Row[];
  readonly columns: readonly string[];
  /** Rows there were before they were put into groups. */
  readonly grouped?: number;
}

function grouped(
  rows: readonly Row[],
  columns: readonly string[],
  options: AnswerOptions,
  names: FieldNames,
): Table {
  if (!options.group || rows.length === 0) return { rows, columns };
  const by = options.group.map((name) => names.get(name));
  const groups = groupRows(rows, by, columns);
  return {
    rows: sortedBy(groups.rows, by.map(sortKey)),
    columns: groups.columns,
    grouped: rows.length,
  };
}

/** One page of a table, ended where it would be too long. */
function page(
  { rows, columns }: Table,
  options: AnswerOptions,
  unseen: number,
  shown: (row: Row, name: string) => unknown,
): ListData {
  const offset = options.offset ?? 0;
  const wanted = rows.slice(offset, offset + (options.limit ?? DEFAULT_LIMIT));
  const found: unknown[][] = [];
  let size = 0;
  for (const row of wanted) {
    const cells = columns.map((name) => shown(row, name) ?? null);
    for (const cell of cells) size += lengthOf(cell) + 3;
    if (size > MAX_PAGE_CHARACTERS && found.length > 0) break;
    found.push(cells);
  }
  const next = offset + found.length;
  const total = rows.length + unseen;
  return {
    columns,
    rows: found,
    total,
    ...defined({
      next_offset: next < total && found.length > 0 ? next : undefined,
      cut_for_size: found.length < wanted.length ? true as const : undefined,
    }),
  };
}

function lengthOf(cell: unknown): number {
  if (cell === null) return 0;
  return (typeof cell === "object" ? JSON.stringify(cell) : String(cell)).length;
}

function withoutUnset(row: Row, flags: readonly string[]): Row {
  if (!flags.some((name) => name in row && !row[name])) return row;
  return Object.fromEntries(
    Object.entries(row).filter(([name, value]) => value || !flags.includes(name)),
  );
}

/**
 * One page of rows. What is secret is neither filtered nor sorted by: it could be guessed. Where
 * nothing is asked of the rows, only those of the page are looked at.
 */
export function pageOf(
  given: readonly Row[],
  options: AnswerOptions,
  spec: ListSpec = {},
): ListData {
  const { columns: wanted, onDemand, flags = [], before = given.length, unseen = 0 } = spec;
  const { mask = new FieldMask([]) } = spec;
  const cleaned = (): Row[] => given.map((row) => withoutUnset(mask.mask(row) as Row, flags));
  if (options.collect) {
    options.collect({ rows: given, options, spec });
    return { columns: wanted ?? [], rows: [], total: given.length };
  }
  const asks = (options.filter ?? options.sort ?? options.group) !== undefined;
  const all = asks ? cleaned() : given;
  const shown = (row: Row, name: string): unknown => {
    const cell = cellOf(row, name);
    return !cell && flags.includes(name) ? null : mask.maskField(row, name, cell);
  };
  const names = new FieldNames(all, onDemand, flags);
  const columns = columnsOf(all, options, wanted, names);
  const filter: Filter | undefined = options.filter === undefined
    ? undefined
    : parseFilter(options.filter);
  const fitting = filter ? filterRows(all, filter, names, columns) : all;
  const table = grouped(fitting, columns, options, names);
  const sorted = { ...table, rows: sortedAsAsked(table.rows, options) };
  const found = page(sorted, options, unseen, asks ? cellOf : shown);
  return {
    ...found,
    ...defined({
      grouped: table.grouped,
      unfiltered: found.total === 0 && before > 0 ? before : filter && all.length,
      hint: filter && found.total === 0 ? filterHint(filter, names) : undefined,
    }),
  };
}

/** All fields but those of pressure that is not there. */
function tellingNames(rows: readonly Row[], names: readonly string[] = fieldNames(rows)): string[] {
  return names.filter((name) => !rows.every((row) => saysNothing(name, row)));
}

/** The first row of each, then the second of each, and so on. */
function interleaved<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from(
    { length: longest },
    (_, index) => lists.flatMap((list) => list.slice(index, index + 1)),
  )
    .flat();
}

/**
 * One page of the rows of several clusters: in the order that the rows have by themselves, or else
 * cluster by cluster.
 */
export function mergedPage(
  sources: readonly (readonly [cluster: string, source: PageSource])[],
): ListData {
  const lists = sources.map(([cluster, { rows }]) => rows.map((row): Row => ({ ...row, cluster })));
  const all = sources.map(([, source]) => source);
  const { columns, onDemand, order, flags, mask } = all[0]?.spec ?? {};
  const rows = order ? interleaved(lists).sort(order) : lists.flat();
  const { collect: _collect, fields, ...options } = all[0]?.options ?? {};
  const limits = all.flatMap(({ options }) => options.limit ?? []);
  const hasColumns = columns?.some((name) => rows.some((row) => Object.hasOwn(row, name)));
  const sum = (of: (source: PageSource) => number): number =>
    all.reduce((total, each) => total + of(each), 0);
  return pageOf(rows, {
    ...options,
    ...defined({
      fields: fields && [...new Set(["cluster", ...fields])],
      limit: limits.length > 0 ? Math.max(...limits) : undefined,
    }),
  }, {
    columns: ["cluster", ...(columns && hasColumns ? columns : tellingNames(rows))],
    // All sources are answers to one action, so that one mask is that of each.
    ...defined({ onDemand, flags, mask }),
    before: sum(({ rows, spec }) => spec.before ?? rows.length),
    unseen: sum(({ spec }) => spec.unseen ?? 0),
  });
}

/** `15`; `15 in 3 groups` */
export function countText({ total, grouped }: ListData): string {
  return grouped === undefined ? String(total) : `${grouped} in ${counted(total, "group")}`;
}

/** A list of rows, or of plain values. */
export function listAnswer(
  data: readonly unknown[],
  spec: ListSpec,
  options: AnswerOptions,
  title: string,
): Answer {
  const rows = data.map((each) =>
    (typeof each === "object" && each !== null ? each : { value: each }) as Row
  );
  const list = pageOf(sortRows(rows, spec.columns?.[0]), options, spec);
  return { title: `${title}: ${countText(list)}`, list };
}
