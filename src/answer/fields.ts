/**
 * Fields of rows by the names that callers have for them, and shares that two fields make.
 *
 * @module
 */
import { lookup } from "../base/lookup.ts";
import { didYouMean } from "../base/text/nearest.ts";
import { type Row, ToolError } from "../tool/answer.ts";
import { FIELDS } from "../tool/compatibility_table.ts";

/** Fields that limit others, where that is not `max` and the name. */
const LIMITS: Readonly<Record<string, string>> = { used: "total", memused: "memtotal" };

/** All names that any row has, in the order they first appear. */
export function fieldNames(rows: readonly Row[]): string[] {
  const names = new Set<string>();
  const before: string[] = []; // Thousands of rows have the same names in the same places.
  for (const row of rows) {
    let place = 0;
    for (const name in row) {
      if (before[place++] === name) continue;
      before[place - 1] = name;
      names.add(name);
    }
  }
  return [...names];
}

/** What a guest has used, and what it uses: 0 of one that is off. */
export const LOAD: ReadonlySet<string> = new Set([
  ...["cpu", "mem", "memhost", "swap", "uptime", "netin", "netout", "diskread", "diskwrite"],
]);

/** True for `{ managed: 0 }` under this name. */
function isOnly(value: unknown, name: string): boolean {
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return entries.length === 1 && entries[0]?.[0] === name && Number(entries[0][1]) === 0;
}

/**
 * True for a field that says nothing as it is: pressure where nothing waits, what is always 0, the
 * load of a guest that is off. It is shown when it is asked for.
 */
export function saysNothing(name: string, object: Row): boolean {
  const value = object[name];
  if (name === "ha") return isOnly(value, "managed");
  if (name === "ksm") return isOnly(value, "shared");
  if (name === "template") return value === "" || Number(value) === 0;
  // What a guest takes of its node's memory, where that is no other than what it uses itself.
  if (name === "memhost" && value !== undefined && value === object.mem) return true;
  if (value !== 0 && value !== undefined) return false;
  return name.startsWith("pressure") || name === "disk" || name === "idle" ||
    (object.status === "stopped" && LOAD.has(name));
}

/** The field that a field cannot be greater than. */
export function limitOf(name: string): string {
  return LIMITS[name] ?? `max${name}`;
}

/** A field of a row; `mem%` is the share of `mem` in `maxmem`. */
export function cellOf(row: Row, name: string): unknown {
  if (!name.endsWith("%") || Object.hasOwn(row, name)) return row[name];
  const base = name.slice(0, -1);
  const [value, limit] = [row[base], row[limitOf(base)]];
  if (typeof value !== "number" || typeof limit !== "number" || limit <= 0) return undefined;
  return value / limit;
}

/** The fields of a list. */
export class FieldNames {
  readonly all: readonly string[];
  readonly #byLowerCase = new Map<string, string>();

  /**
   * @param more Fields that are there when they are asked for.
   * @param flags Fields that are there when any row has them set.
   * @param known Fields that rows may have, and these need not: PVE leaves out what is not set.
   */
  constructor(
    rows: readonly Row[],
    private readonly more: readonly string[] = [],
    flags: readonly string[] = [],
    private readonly known: () => readonly string[] = () => [],
  ) {
    this.all = fieldNames(rows)
      .filter((name) => !flags.includes(name) || rows.some((row) => row[name]));
    for (const name of this.all.toReversed()) this.#byLowerCase.set(name.toLowerCase(), name);
  }

  /** The field that a word means, in either case or by another usual name. */
  find(word: string): string | undefined {
    const lower = word.toLowerCase();
    const found = this.#byLowerCase.get(lower) ?? this.#byLowerCase.get(FIELDS[lower] ?? "");
    if (found !== undefined || !lower.endsWith("%")) return found;
    const base = this.find(lower.slice(0, -1));
    if (base === "cpu") return base; // A share already.
    return base !== undefined && this.all.includes(limitOf(base)) ? `${base}%` : undefined;
  }

  /** The field that a word means, whether or not a row has it. */
  findKnown(word: string): string | undefined {
    const found = this.find(word);
    if (found !== undefined) return found;
    const lower = word.toLowerCase();
    const base = lower.endsWith("%") ? lower.slice(0, -1) : lower;
    const usual = lookup(FIELDS, base);
    const name = [...this.more, ...this.known()]
      .find((each) => each.toLowerCase() === base || each.toLowerCase() === usual);
    return name === undefined || base === lower ? name : `${name}%`;
  }

  /** @throws {ToolError} When there is none. */
  get(word: string): string {
    const found = this.findKnown(word);
    if (found !== undefined) return found;
    throw new ToolError(`There is no field "${word}" here`, { reason: this.suggestion(word) });
  }

  /** All that are there, and the nearest one. */
  suggestion(word: string): string {
    const further = this.more.filter((name) => !this.all.includes(name));
    const names = [...this.all, ...further];
    return `Fields: ${names.join(", ")}.${didYouMean(word, [...names, ...this.known()])}`;
  }
}
