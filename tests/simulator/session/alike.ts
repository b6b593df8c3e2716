/**
 * Compares what the embedded Proxmox VE answers with what a real one answered.
 *
 * @module
 */
import { hasPlaceholder, patternOf } from "./recording.ts";

/** What differs, in words. */
export type Differences = string[];

type Row = Readonly<Record<string, unknown>>;

/** Keys that tell rows of a list apart, in the order in which they are looked for. */
const IDENTITIES = [
  ...["id", "volid", "upid", "vmid", "key", "userid", "roleid", "groupid", "tokenid", "sid"],
  ...["storage", "zone", "vnet", "controller", "subnet", "cidr", "iface", "node", "realm", "rule"],
  ...["pos", "name", "n", "macro", "ref", "path", "type", "poolid", "subdir", "service", "Package"],
];

/** Figures of the machine: a number in its place is as good as another. */
const FIGURES = new Set([
  ...["cpu", "disk", "diskread", "diskwrite", "mem", "memhost", "netin", "netout", "swap"],
  ...["uptime", "avail", "used", "total", "used_fraction", "freemem", "time", "localtime"],
]);

/** True for two comma lists of the same entries: Perl writes a set in any order. */
function isSameSet(recorded: string, own: string): boolean {
  const sorted = (text: string): string => text.split(",").sort().join(",");
  return recorded.includes(",") && !recorded.includes(" ") && sorted(recorded) === sorted(own);
}

/** True for a configuration of which the recorder kept what a request was about. */
function isExcerpt(recorded: unknown, own: unknown): boolean {
  const hasDigest = (data: unknown): boolean =>
    Array.isArray(data)
      ? data.some((row) => isRow(row) && row.key === "digest")
      : isRow(data) && "digest" in data;
  return hasDigest(own) && !hasDigest(recorded);
}

function isFigure(value: unknown): boolean {
  return typeof value === "number" || value === "<N>" || value === "<TIME>";
}

/** Names of the keys, where the recorder kept those in place of the data. */
export function toldKeys(data: unknown): string[] | undefined {
  return isRow(data) && Array.isArray(data.keys) ? data.keys : undefined;
}

/** Names of the keys of a row, or of all rows of a list. */
export function keysOf(data: unknown): string[] {
  const rows = Array.isArray(data) ? data : [data];
  return [...new Set(rows.flatMap((row) => Object.keys(row ?? {})))].sort();
}

/** True for a text that a list holds, be it as a field of a row. */
function holds(list: readonly unknown[], text: string): boolean {
  return list.some((each) =>
    isRow(each)
      ? Object.values(each).some((value) => isTextAlike(text, value))
      : isTextAlike(text, each)
  );
}

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}

function shown(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 160) ?? "nothing";
}

/** True for a text, or a number in place of one, that is as the recorded one. */
export function isTextAlike(recorded: string, own: unknown): boolean {
  if (own === recorded) return true;
  if (typeof own !== "string" && typeof own !== "number") return false;
  if (typeof own === "string" && isSameSet(recorded, own)) return true;
  if (typeof own === "number" && !/^<[A-Z]+>$/.test(recorded)) return false;
  return hasPlaceholder(recorded) && patternOf(recorded).test(String(own));
}

function identityOf(rows: readonly Row[]): string | undefined {
  return IDENTITIES.find((key) => {
    const values = rows.map((row) => row[key]);
    return values.every((value) => value !== undefined) && new Set(values).size === rows.length;
  });
}

function compareRows(
  recorded: readonly Row[],
  own: readonly unknown[],
  path: string,
  picked: boolean,
  found: Differences,
): void {
  const key = identityOf(recorded);
  const rest = new Set(own.filter(isRow));
  recorded.forEach((row, index) => {
    const match = key === undefined
      ? [...rest][0]
      : [...rest].find((each) =>
        row[key] === each[key] ||
        (typeof row[key] === "string" && isTextAlike(row[key], each[key]))
      );
    const name = key === undefined ? String(index) : String(row[key]);
    if (!match) {
      found.push(`${path}[${name}] is missing`);
      return;
    }
    rest.delete(match);
    compareData(row, match, `${path}[${name}]`, picked, found);
  });
  if (picked) return;
  for (const row of rest) found.push(`${path} has also ${shown(row)}`);
}

/**
 * Adds to `found` what differs between recorded data and our own: keys, types, values.
 *
 * @param isPart The recorded data is a part of what was answered.
 */
export function compareData(
  recorded: unknown,
  own: unknown,
  path: string,
  isPart: boolean,
  found: Differences,
): void {
  const picked = isPart || isExcerpt(recorded, own);
  const keys = toldKeys(recorded);
  if (keys) return compareData(keys, keysOf(own), path, false, found);
  if (typeof recorded === "string") {
    if (!isTextAlike(recorded, own)) found.push(`${path}: ${shown(recorded)}, own ${shown(own)}`);
    return;
  }
  if (kindOf(recorded) !== kindOf(own)) {
    found.push(`${path}: ${shown(recorded)}, own ${shown(own)}`);
  } else if (Array.isArray(recorded)) {
    const list = own as unknown[];
    if (recorded.every(isRow)) compareRows(recorded, list, path, picked, found);
    else {
      const missing = recorded.filter((each) =>
        typeof each === "string" ? !holds(list, each) : !list.includes(each)
      );
      if (missing.length > 0) found.push(`${path}: ${shown(missing)} missing in ${shown(own)}`);
      if (!picked && list.length !== recorded.length) {
        found.push(`${path}: ${recorded.length} entries, own ${list.length}: ${shown(own)}`);
      }
    }
  } else if (isRow(recorded)) {
    const row = own as Row;
    for (const key of new Set([...Object.keys(recorded), ...Object.keys(row)])) {
      if (FIGURES.has(key) && isFigure(recorded[key]) && isFigure(row[key])) continue;
      if (!(key in row)) found.push(`${path}.${key} is missing: ${shown(recorded[key])}`);
      else if (key in recorded) {
        compareData(recorded[key], row[key], `${path}.${key}`, picked, found);
      } else if (!picked) found.push(`${path}.${key} is not the real one's: ${shown(row[key])}`);
    }
  } else if (recorded !== own) {
    found.push(`${path}: ${shown(recorded)}, own ${shown(own)}`);
  }
}

/** Lines that tell how far a worker is: as many as the machine takes time. */
const PROGRESS =
  /transferred .+ of .+%\)|^progress \d+%|^INFO: +\d+% \(|bytes copied$|records (?:in|out)$|^… \d+ lines cut/;

/** A command with its options in order: Perl prints them in any. */
function inOrder(line: string): string {
  if (/^CFG: size|^Total bytes read/.test(line)) return line.replace(/\d.*/, "");
  const [command = "", ...options] = line.split(/ (?=--)/);
  return [command, ...options.map((option) => option.replaceAll("'", "")).sort()].join(" ");
}

/** Adds to `found` what differs between two lists of lines, apart from progress. */
export function compareLines(
  recorded: readonly string[],
  own: readonly string[],
  path: string,
  found: Differences,
): void {
  const [real, ours] = [recorded, own].map((lines) =>
    lines.filter((line) => !PROGRESS.test(line)).map(inOrder)
  ) as [string[], string[]];
  const at = real.findIndex((line, index) => !isTextAlike(line, ours[index] ?? ""));
  if (at >= 0) found.push(`${path} line ${at + 1}: ${shown(real[at])}, own ${shown(ours[at])}`);
  else if (ours.length > real.length) {
    found.push(`${path} has also ${shown(ours.slice(real.length))}`);
  }
}
