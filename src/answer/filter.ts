/**
 * Chooses rows by a filter: words that a row holds, and comparisons with what a column shows.
 *
 * @module
 */
import { parseBoolean } from "../base/text/boolean.ts";
import { didYouMean } from "../base/text/nearest.ts";
import { parseQuantity } from "../base/text/quantity.ts";
import { unitOf, withUnit } from "../base/text/units.ts";
import { type Row, ToolError } from "../tool/answer.ts";
import { lookup } from "../base/lookup.ts";
import { FIELD_VALUES, GUEST_TYPES } from "../tool/compatibility_table.ts";
import { cellOf, type FieldNames } from "./fields.ts";
import { FILTER_SIGNS, foreignSigns } from "./filter_signs.ts";
import { MASK } from "./mask.ts";
import { type Filter, filterFields, filterWords, type Term } from "./filter_terms.ts";

/** Several values in one field: tags, groups, content types. */
function partsOf(text: string): string[] {
  return text.toLowerCase().split(/[;,\s]+/);
}

function plainText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A number is what it is shown as, however it is written; of a time, the beginning is enough. */
function isNumber(name: string, cell: number, wanted: string): boolean {
  const unit = unitOf(name, cell);
  const number = parseQuantity(wanted, unit);
  if (number === cell) return true;
  const shown = withUnit(name, cell);
  if (unit === "time" && shown.toLowerCase().startsWith(wanted.replace("t", " "))) return true;
  if (unit !== undefined) return number !== undefined && withUnit(name, number) === shown;
  return (cell === 0 || cell === 1) && parseBoolean(wanted) === (cell === 1);
}

/** The address of `192.0.2.1/24`. */
function withoutPrefix(part: string): string | undefined {
  return /^([\da-f.:]{2,45})\/\d{1,3}$/.exec(part)?.[1];
}

function isEqual(name: string, cell: unknown, wanted: string): boolean {
  if (typeof cell === "number") return isNumber(name, cell, wanted);
  const text = plainText(cell);
  if (wanted === "") return text === "";
  // A flag that is not set is off.
  if (text === "" && parseBoolean(wanted) === false) return true;
  return text.toLowerCase() === wanted ||
    partsOf(text).some((part) => part === wanted || withoutPrefix(part) === wanted);
}

/** True for other names of one value, as arguments have them: `container` is what PVE calls `lxc`. */
function isSameValue(name: string, cell: unknown, wanted: string): boolean {
  const names = lookup(FIELD_VALUES, name);
  const meant = lookup(names, wanted);
  return meant !== undefined && typeof cell === "string" && lookup(names, cell) === meant;
}

/** True for a row that has a value, or another name of it; a guest's number has the guest's own. */
function has(row: Row, name: string, wanted: string): boolean {
  const cell = cellOf(row, name);
  return isEqual(name, cell, wanted) || isSameValue(name, cell, wanted) ||
    (name === "vmid" && wanted !== "" && isEqual("name", row.name, wanted));
}

/** Negative where the cell is less than what is wanted; undefined where there is none. */
function compared(name: string, cell: unknown, wanted: string): number | undefined {
  if (cell === null || cell === undefined || cell === "") return undefined;
  const unit = typeof cell === "number" ? unitOf(name, cell) : undefined;
  const number = parseQuantity(wanted, unit);
  if (number !== undefined && plainText(cell).trim() !== "" && !Number.isNaN(Number(cell))) {
    return Number(cell) - number;
  }
  if (typeof cell !== "number") {
    return plainText(cell).toLowerCase().localeCompare(wanted, "en", { numeric: true });
  }
  const shown = withUnit(name, cell);
  throw new ToolError(`Cannot compare "${name}" with "${wanted}"`, {
    reason: `It is a number, such as ${shown === "-" ? cell : shown}`,
  });
}

/** `mem>50%` is of the share of the memory that there is. */
function fieldFor(term: Term, wanted: string, names: FieldNames): string | undefined {
  const field = term.field ?? "";
  const share = wanted.endsWith("%") && !field.endsWith("%") ? names.find(`${field}%`) : undefined;
  return share ?? names.find(field);
}

function fits(row: Row, term: Term, wanted: string, names: FieldNames): boolean {
  const name = fieldFor(term, wanted, names);
  if (term.sign === "=" || term.sign === "!=") return has(row, name ?? "", wanted);
  const order = name === undefined ? undefined : compared(name, cellOf(row, name), wanted);
  if (order === undefined) return false;
  if (term.sign.endsWith("=") && order === 0) return true;
  return term.sign.startsWith(">") ? order > 0 : order < 0;
}

/** True for a row with the word in any text, or in a number of the given columns as it is shown. */
function holds(row: Row, word: string, columns: readonly string[]): boolean {
  for (const name in row) {
    const cell = row[name];
    if (typeof cell === "string") {
      if (cell !== MASK && cell.toLowerCase().includes(word)) return true;
    } else if (typeof cell === "object" && cell !== null) {
      if (withUnit(name, cell).toLowerCase().includes(word)) return true;
    }
  }
  return columns.some((name) => {
    const cell = cellOf(row, name);
    return (typeof cell === "number" || typeof cell === "boolean") &&
      withUnit(name, cell).toLowerCase().includes(word);
  });
}

/** True for a row that has what the term names, whatever its sign says of that. */
function isNamed(row: Row, term: Term, names: FieldNames, columns: readonly string[]): boolean {
  if (term.field === undefined) return holds(row, term.wanted[0] ?? "", columns);
  return term.wanted.some((wanted) => fits(row, term, wanted, names));
}

/** Rows that fit a filter, whose words look into all texts and the numbers of the given columns. */
export function filterRows(
  rows: readonly Row[],
  filter: Filter,
  names: FieldNames,
  columns: readonly string[],
): readonly Row[] {
  const isTrue = (row: Row, term: Term): boolean =>
    isNamed(row, term, names, columns) !== (term.sign === "!=");
  return rows.filter((row) => filter.some((terms) => terms.every((term) => isTrue(row, term))));
}

/**
 * Finds what a filter cannot mean.
 *
 * @throws {ToolError} For a sign or word that no filter has. What a row holds is text.
 */
export function checkFilter(
  rows: readonly Row[],
  filter: Filter,
  names: FieldNames,
  columns: readonly string[],
): void {
  const foreign = foreignSigns(filter, names).find(({ terms }) =>
    !rows.some((row) => terms.every((term) => isNamed(row, term, names, columns)))
  );
  if (!foreign) return;
  throw new ToolError(`A filter has no "${foreign.sign}"`, { reason: FILTER_SIGNS });
}

/** Most values of a field that are told where a filter asks for another one. */
const MAX_VALUES = 8;
/** Characters of a value that is told: a longer one is a text, and nothing to filter by. */
const MAX_VALUE_CHARACTERS = 40;

/** That no row has the value that a term asks for, and which there are. */
function valueHint(
  { field, sign, wanted }: Term,
  rows: readonly Row[],
  names: FieldNames,
): string | undefined {
  const name = field === undefined || sign !== "=" ? undefined : names.find(field);
  if (name === undefined) return undefined;
  if (rows.some((row) => wanted.some((each) => has(row, name, each)))) return undefined;
  const cells = rows.map((row) => cellOf(row, name));
  const texts = cells.filter((cell): cell is string => typeof cell === "string" && cell !== "");
  const values = [...new Set(texts)].sort();
  const near = didYouMean(wanted[0] ?? "", values);
  const areTold = values.length <= MAX_VALUES &&
    values.every(({ length }) => length <= MAX_VALUE_CHARACTERS);
  if (!areTold && near === "") return undefined;
  const told = areTold ? `, but ${values.join(", ")}` : "";
  return values.length === 0 ? undefined : `No row has ${name}=${wanted.join("|")}${told}.${near}`;
}

/**
 * That a filter which nothing fits asks for a field that no row has, as PVE leaves out fields that
 * are not set, or for a value that none has.
 */
export function filterHint(
  filter: Filter,
  rows: readonly Row[],
  names: FieldNames,
): string | undefined {
  const field = filterFields(filter).find((each) => names.find(each) === undefined);
  if (field !== undefined && names.findKnown(field)) return `No row has "${field}" set`;
  if (field !== undefined) return `No row has a field "${field}". ${names.suggestion(field)}`;
  const type = filterWords(filter).find((word) => lookup(GUEST_TYPES, word) !== undefined);
  if (type !== undefined && names.find("type")) {
    return `type=${type} finds guests of that type, and a word what has it in a text`;
  }
  return filter.flat().map((term) => valueHint(term, rows, names))
    .find((hint) => hint !== undefined);
}
