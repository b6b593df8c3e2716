/**
 * Answers series of measurements: the newest points, and of each field that moves its least, mean,
 * greatest and last value over the whole time.
 *
 * @module
 */
import { defined } from "../base/defined.ts";
import type { Answer, Row } from "../tool/answer.ts";
import { fieldNames, LOAD, saysNothing } from "./fields.ts";
import { pageOf } from "./list.ts";
import { time } from "../base/text/units.ts";
import type { AnswerOptions } from "../tool/context.ts";

/** Points shown unless the caller asks for another number. */
const DEFAULT_POINTS = 10;
/** Counters of PVE that its series hold as rates. */
const RATES = ["netin", "netout", "diskread", "diskwrite"];

/** What a field was over the time; in the field's own unit. */
export interface Summary {
  readonly min: number;
  readonly avg: number;
  readonly max: number;
  readonly last: number;
}

/** Six digits say enough; whole numbers stay exact. */
function rounded(value: number): number {
  if (Number.isInteger(value)) return value;
  return Math.abs(value) >= 1e6 ? Math.round(value) : Number(value.toPrecision(6));
}

function isMeasured(row: Row): boolean {
  return Object.entries(row).some(([name, value]) => name !== "time" && typeof value === "number");
}

/** The summary of one field, oldest row first; undefined when it has no value at all. */
function summaryOf(rows: readonly Row[], field: string): Summary | undefined {
  const values = rows.map((row) => row[field]).filter((value) => typeof value === "number");
  const last = values.at(-1);
  if (last === undefined) return undefined;
  const sum = values.reduce((total, value) => total + value, 0);
  return { // Not `Math.min(...values)`: there may be more than a call can have arguments.
    min: rounded(values.reduce((least, value) => Math.min(least, value))),
    avg: rounded(sum / values.length),
    max: rounded(values.reduce((most, value) => Math.max(most, value))),
    last: rounded(last),
  };
}

function roundedRow(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map((
      [name, value],
    ) => [name, typeof value === "number" ? rounded(value) : value]),
  );
}

/** The value of a field that has the same in all rows; undefined for one that moves. */
function constantOf(rows: readonly Row[], field: string): unknown {
  const value = rows[0]?.[field];
  return rows.every((row) => row[field] === value) ? value : undefined;
}

/** True for rows of a guest that was off all the time: what it used is told, and is nothing. */
function wasOff(rows: readonly Row[], fields: readonly string[]): boolean {
  const load = fields.filter((field) => LOAD.has(field));
  return load.length > 1 && load.every((field) => constantOf(rows, field) === 0);
}

/** The fields that a caller has named, or all; undefined where the answer is to choose. */
function askedFields(rows: readonly Row[], fields: AnswerOptions["fields"]): string[] | undefined {
  const asked = fields?.some((name) => name === "all" || name === "*") ? fieldNames(rows) : fields;
  return asked?.filter((name) => name !== "time");
}

/**
 * The answer to a question for a series. What stays as it is, is said once, unless it is asked for.
 *
 * @param data Rows of `time` (seconds since 1970) and fields, as `…/rrddata` answers them; rows
 * without a value are moments of which nothing is known.
 */
export function rrdAnswer(data: unknown, options: AnswerOptions, title: string): Answer {
  const all = (data ?? []) as readonly Row[];
  const rows = all.filter(isMeasured).toSorted((one, other) =>
    Number(one.time) - Number(other.time)
  );
  const [first] = rows;
  const last = rows.at(-1);
  if (!first || !last) {
    return { title: `${title}: nothing was measured`, notes: ["It was off, or is new"] };
  }
  const telling = (name: string): boolean =>
    name !== "time" && !rows.every((row) => saysNothing(name, row));
  const asked = askedFields(rows, options.fields);
  const fields = asked ?? fieldNames(rows).filter(telling);
  const stays = (field: string): boolean =>
    asked === undefined && constantOf(rows, field) !== undefined;
  const isOff = asked === undefined && wasOff(rows, fields);
  const told = isOff ? fields.filter((field) => !LOAD.has(field)) : fields;
  const moving = told.filter((field) => !stays(field));
  const values = told.map((field) =>
    [field, stays(field) ? first[field] : summaryOf(rows, field)] as const
  );
  const rates = moving.filter((field) => RATES.includes(field));
  const when = `${time(Number(first.time))} to ${time(Number(last.time))}`;
  return {
    title: isOff
      ? `${title}: off all the time, ${when}`
      : `${title}: ${rows.length} points, ${when}${moving.length > 0 ? ", newest first" : ""}`,
    object: Object.fromEntries(values.filter(([, value]) => value !== undefined)),
    ...defined({
      list: moving.length === 0 ? undefined : pageOf(
        rows.toReversed().map(roundedRow),
        { limit: DEFAULT_POINTS, ...options, fields: ["time", ...moving] },
      ),
      notes: rates.length === 0 ? undefined : [`Per second: ${rates.join(", ")}`],
    }),
  };
}
