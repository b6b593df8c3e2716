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
import { checkFilter, filterHint, filterRows } from "./filter.ts";
import { type Filter, filterFields, parseFilter } from "./filter_terms.ts";
import { groupRows } from "./group.ts";
import { FieldMask } from "./mask.ts";
import { byKeys, sortKey, sortRows } from "./order.ts";

/** Rows of a page unless the caller asks for another number. */
export const DEFAULT_LIMIT = 100;
/** Characters of a page's cells: some 10,000 tokens, two characters each. */
const MAX_PAGE_CHARACTERS = 20_000;

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
  if (chosen.length === 0) return tellingNames(rows, names.all);
  const named = namedFields(options).map((name) => names.find(name));
  return [...new Set([...chosen, ...named.filter((name) => name !== undefined)])];
}

function sortedAsAsked(
  rows: readonly Row[],
  options: AnswerOptions,
  names: FieldNames,
): readonly Row[] {
  if (!options.sort || rows.length === 0) return rows;
  const keys = options.sort.map(sortKey);
  return rows.toSorted(byKeys(keys.map((key) => ({ ...key, name: names.get(key.name) }))));
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
    rows: groups.rows.toSorted(byKeys(by.map(sortKey))),
    columns: groups.columns,
    grouped: rows.length,
  };
}

/** One page of a table, ended where it would be too long. */
function page(
  { rows, columns }: Table,
  options: AnswerOptions,
  { unseen = 0, fits = () => DEFAULT_LIMIT }: ListSpec,
  shown: (row: Row, name: string) => unknown,
): ListData {
  const offset = options.offset ?? 0;
  const left = rows.slice(offset);
  const wanted = left.slice(0, options.limit ?? fits(left, columns));
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

/** Rows that a caller's filter has chosen among. */
interface Choice {
  readonly all: readonly Row[];
  readonly fitting: readonly Row[];
  readonly columns: readonly string[];
  readonly names: FieldNames;
  readonly filter: Filter | undefined;
  /** What a cell shows. */
  readonly shown: (row: Row, name: string) => unknown;
}

/** The rows that a filter leaves: the same whatever columns are shown. */
function fittingRows(
  rows: readonly Row[],
  filter: Filter,
  names: FieldNames,
  shown: readonly string[],
  { knownFields }: AnswerOptions,
  columns: readonly string[] = names.all,
): readonly Row[] {
  const searched = [...new Set([...shown, ...columns])];
  checkFilter(rows, filter, names, searched);
  if (knownFields && rows.length > 0) { for (const each of filterFields(filter)) names.get(each); }
  return filterRows(rows, filter, names, searched);
}

/**
 * Chooses rows. What is secret is neither filtered nor sorted by: it could be guessed. Where nothing
 * is asked of the rows, they are left as they are, and only cells that are shown are looked at.
 */
function choose(
  given: readonly Row[],
  options: AnswerOptions,
  { columns: wanted, onDemand, flags = [], mask = new FieldMask([]) }: ListSpec,
): Choice {
  const asks = (options.filter ?? options.sort ?? options.group) !== undefined;
  const all = asks ? given.map((row) => withoutUnset(mask.mask(row) as Row, flags)) : given;
  const known = (): readonly string[] => [...wanted ?? [], ...options.knownFields?.() ?? []];
  const names = new FieldNames(all, onDemand, flags, known);
  const columns = columnsOf(all, options, wanted, names);
  const filter = options.filter === undefined ? undefined : parseFilter(options.filter);
  const fitting = filter ? fittingRows(all, filter, names, columns, options, wanted) : all;
  const masked = (row: Row, name: string): unknown => {
    const cell = cellOf(row, name);
    return !cell && flags.includes(name) ? null : mask.maskField(row, name, cell);
  };
  return { all, fitting, columns, names, filter, shown: asks ? cellOf : masked };
}

/** One page of what was chosen. */
function pageOfChoice(
  { all, fitting, columns, names, filter, shown }: Choice,
  options: AnswerOptions,
  spec: ListSpec,
): ListData {
  const { before = all.length } = spec;
  const table = grouped(fitting, columns, options, names);
  const sorted = {
    ...table,
    rows: sortedAsAsked(
      table.rows,
      options,
      table.grouped === undefined ? names : new FieldNames(table.rows),
    ),
  };
  const found = page(sorted, options, spec, shown);
  return {
    ...found,
    ...defined({
      grouped: table.grouped,
      unfiltered: found.total === 0 && before > 0 ? before : filter && all.length,
      // Rows that other arguments left out may have the value.
      hint: filter && found.total === 0
        ? filterHint(filter, all.length < before ? [] : all, names)
        : undefined,
    }),
  };
}

/** One page of rows. */
export function pageOf(
  given: readonly Row[],
  options: AnswerOptions,
  spec: ListSpec = {},
): ListData {
  if (options.collect) {
    options.collect({ rows: given, options, spec });
    const { columns = [], before = 0 } = spec;
    const unfiltered = given.length === 0 && before > 0 ? before : undefined;
    return { columns, rows: [], total: given.length, ...defined({ unfiltered }) };
  }
  return pageOfChoice(choose(given, options, spec), options, spec);
}

/** All fields but those of pressure that is not there. */
function tellingNames(rows: readonly Row[], names: readonly string[] = fieldNames(rows)): string[] {
  return names.filter((name) => !rows.every((row) => saysNothing(name, row)));
}

/** One page of the rows of several clusters. */
export interface MergedPage {
  readonly list: ListData;
  /** The clusters that have rows which a filter leaves, where there is one. */
  readonly fitting: readonly string[] | undefined;
}

/**
 * Makes one page of the rows of several clusters: in the order that the rows have by themselves, and
 * cluster by cluster where it says nothing.
 */
export function mergedPage(
  sources: readonly (readonly [cluster: string, source: PageSource])[],
): MergedPage {
  const lists = sources.flatMap(([cluster, { rows }]) =>
    rows.map((row): Row => ({ ...row, cluster }))
  );
  const all = sources.map(([, source]) => source);
  const { columns, onDemand, order, flags, mask, fits } = all[0]?.spec ?? {};
  const rows = order ? lists.sort(order) : lists;
  const { collect: _collect, fields, ...asked } = all[0]?.options ?? {};
  const hasColumns = columns?.some((name) => rows.some((row) => Object.hasOwn(row, name)));
  const sum = (of: (source: PageSource) => number): number =>
    all.reduce((total, each) => total + of(each), 0);
  const options: AnswerOptions = {
    ...asked,
    ...defined({ fields: fields && [...new Set(["cluster", ...fields])] }),
  };
  const spec: ListSpec = {
    columns: ["cluster", ...(columns && hasColumns ? columns : tellingNames(rows))],
    // All sources are answers to one action, so that one mask is that of each.
    ...defined({ onDemand, flags, mask, fits }),
    before: sum(({ rows, spec }) => spec.before ?? rows.length),
    unseen: sum(({ spec }) => spec.unseen ?? 0),
  };
  const choice = choose(rows, options, spec);
  return {
    list: pageOfChoice(choice, options, spec),
    fitting: choice.filter && [...new Set(choice.fitting.map(({ cluster }) => String(cluster)))],
  };
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
