/**
 * Values of structured content: numbers stay numbers, with their units beside them, and times are
 * ISO.
 *
 * @module
 */
import { mappedFields, mappedItems } from "../base/mapped.ts";
import { type UnitOfNumber, unitsOfField } from "../base/text/units.ts";
import type { ListData, Row } from "../tool/answer.ts";

/** What is aggregated has the unit of what it aggregates. */
const AGGREGATES = ["min", "avg", "max", "last"];

function iso(value: number, unitOfNumber: UnitOfNumber): unknown {
  if (unitOfNumber(value) !== "time") return value;
  const date = new Date(Math.floor(value) * 1000);
  return Number.isNaN(date.getTime()) ? value : date.toISOString().replace(".000", "");
}

/** The value, with all times in it as ISO. */
export function isoTimes(
  value: unknown,
  name = "",
  unitOfNumber?: UnitOfNumber,
): unknown {
  if (typeof value === "number") return iso(value, unitOfNumber ?? unitsOfField(name));
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return mappedItems(value, (each) => isoTimes(each, name, unitOfNumber));
  const object = value as Row;
  return mappedFields(
    object,
    (key) => key,
    (each, key) => isoTimes(each, AGGREGATES.includes(key) ? name : key),
  );
}

/** The rows of a list, with all times in them as ISO. */
export function isoRows({ columns, rows }: ListData): ListData["rows"] {
  const units = columns.map(unitsOfField);
  return mappedItems(
    rows,
    (row) => mappedItems(row, (cell, index) => isoTimes(cell, columns[index], units[index])),
  );
}

/** The numbers of a field have one unit, or none: the first that has one tells it. */
function collect(
  into: Map<string, string>,
  name: string,
  value: unknown,
  unitOfNumber?: UnitOfNumber,
): void {
  if (typeof value === "number") {
    if (into.has(name)) return;
    const unit = (unitOfNumber ?? unitsOfField(name))(value);
    if (unit !== undefined && unit !== "time") into.set(name, unit);
  } else if (Array.isArray(value)) {
    for (const each of value) collect(into, name, each);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, each] of Object.entries(value)) {
      collect(into, AGGREGATES.includes(key) ? name : key, each);
    }
  }
}

/** Units of the numbers of a list and an object, by field; undefined when none has any. */
export function unitsOf(
  { list, object }: { readonly list?: ListData | undefined; readonly object?: Row | undefined },
): Readonly<Record<string, string>> | undefined {
  const units = new Map<string, string>();
  const { columns = [], rows = [] } = list ?? {};
  const ofColumns = columns.map(unitsOfField);
  for (const row of rows) {
    row.forEach((cell, index) => collect(units, columns[index] ?? "", cell, ofColumns[index]));
  }
  collect(units, "", object ?? {});
  return units.size === 0 ? undefined : Object.fromEntries(units);
}
