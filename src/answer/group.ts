/**
 * Counts rows by what they have in common, and sums what can be summed: how much memory the guests
 * of each node have.
 *
 * @module
 */
import { type Unit, unitOf } from "../base/text/units.ts";
import type { Row } from "../tool/answer.ts";
import { cellOf, limitOf } from "./fields.ts";

/** Numbers without a unit that add up. */
const COUNTS: ReadonlySet<string> = new Set(["maxcpu", "cpus", "cores", "quorum_votes", "lvcount"]);

/** Rows that have the same values. */
interface Group {
  readonly key: Row;
  readonly rows: Row[];
}

function groupsOf(rows: readonly Row[], by: readonly string[]): Group[] {
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const values = by.map((name) => cellOf(row, name) ?? null);
    const id = JSON.stringify(values);
    const group = groups.get(id) ??
      { key: Object.fromEntries(by.map((name, index) => [name, values[index]])), rows: [] };
    group.rows.push(row);
    groups.set(id, group);
  }
  return [...groups.values()];
}

function sum(rows: readonly Row[], of: (row: Row) => unknown): number | undefined {
  const values = rows.map(of).filter((value) => typeof value === "number");
  return values.length === 0 ? undefined : values.reduce((total, value) => total + value, 0);
}

/** Units of which the sum of many rows says something. */
const ADDS_UP: ReadonlySet<Unit | undefined> = new Set<Unit>(["B", "B/s", "cores"]);

function addsUp(rows: readonly Row[], name: string): boolean {
  return COUNTS.has(name) || rows.some((row) => {
    const value = row[name];
    return typeof value === "number" && ADDS_UP.has(unitOf(name, value));
  });
}

/** The share of all of them in what limits them, of those of which both are known. */
function shareOf(rows: readonly Row[], name: string): number | undefined {
  const limit = limitOf(name);
  const known = rows.filter((row) => typeof row[name] === "number" && Number(row[limit]) > 0);
  // The load of a CPU is a share itself: that of two cores counts twice.
  const used = sum(known, (row) => Number(row[name]) * (name === "cpu" ? Number(row[limit]) : 1));
  return used === undefined ? undefined : used / (sum(known, (row) => row[limit]) ?? 1);
}

/** Groups of rows as rows, and their columns. */
export interface Grouped {
  readonly rows: readonly Row[];
  readonly columns: readonly string[];
}

/** The rows by the values of `by`, with the sums of those columns that add up. */
export function groupRows(
  rows: readonly Row[],
  by: readonly string[],
  columns: readonly string[],
): Grouped {
  const others = columns.filter((name) => !by.includes(name));
  const sums = others.filter((name) => name !== "cpu" && addsUp(rows, name));
  const shares = new Map(
    [...others.filter((name) => name === "cpu"), ...sums].filter((name) =>
      rows.some((row) => typeof row[name] === "number" && Number(row[limitOf(name)]) > 0)
    ).map((name) => [name === "cpu" ? name : `${name}%`, name]),
  );
  const found = groupsOf(rows, by).map(({ key, rows: members }): Row => ({
    ...key,
    count: members.length,
    ...Object.fromEntries(sums.map((name) => [name, sum(members, (row) => row[name])])),
    ...Object.fromEntries([...shares].map(([share, name]) => [share, shareOf(members, name)])),
  }));
  const shown = others.flatMap((name) => [name, `${name}%`]).filter((name) =>
    sums.includes(name) || shares.has(name)
  );
  return {
    rows: found,
    columns: [...by, "count", ...new Set(shown)],
  };
}
