/**
 * Values of structured content: numbers stay numbers, with their units beside them, and times are
 * ISO.
 *
 * @module
 */
import { unitOf } from "../base/text/units.ts";
import type { ListData, Row } from "../tool/answer.ts";

/** What is aggregated has the unit of what it aggregates. */
const AGGREGATES = ["min", "avg", "max", "last"];

function iso(name: string, value: unknown): unknown {
  if (typeof value !== "number" || unitOf(name, value) !== "time") return value;
  const date = new Date(Math.floor(value) * 1000);
  return Number.isNaN(date.getTime()) ? value : date.toISOString().replace(".000", "");
}

/** The value, with all times in it as ISO. */
export function isoTimes(value: unknown, name = ""): unknown {
  if (Array.isArray(value)) return value.map((each) => isoTimes(each, name));
  if (typeof value !== "object" || value === null) return iso(name, value);
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      isoTimes(each, AGGREGATES.includes(key) ? name : key),
    ]),
  );
}

/** The rows of a list, with all times in them as ISO. */
export function isoRows({ columns, rows }: ListData): unknown[][] {
  return rows.map((row) => row.map((cell, index) => isoTimes(cell, columns[index])));
}

function collect(into: Map<string, string>, name: string, value: unknown): void {
  if (typeof value === "number") {
    const unit = unitOf(name, value);
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
  for (const row of list?.rows ?? []) {
    row.forEach((cell, index) => collect(units, list?.columns[index] ?? "", cell));
  }
  collect(units, "", object ?? {});
  return units.size === 0 ? undefined : Object.fromEntries(units);
}
