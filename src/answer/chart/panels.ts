/**
 * What of a series is drawn together: one panel for each kind of load, its lines on one axis.
 *
 * @module
 */
import { KIB } from "../../base/byte_units.ts";
import type { Row } from "../../tool/answer.ts";
import { bytes } from "../../base/text/units.ts";

/** A line: its field's values, one for each moment; null where nothing is known. */
export interface Line {
  readonly field: string;
  readonly values: readonly (number | null)[];
}

/** Lines that share an axis. */
export interface Panel {
  readonly title: string;
  readonly lines: readonly Line[];
  /** Seconds since 1970, ascending. */
  readonly times: readonly number[];
  /** What the lines cannot exceed: the axis ends there. */
  readonly limit?: number;
  /** A value in words, with its unit. */
  readonly format: (value: number) => string;
  /** Steps of the axis are round numbers of this base: 1,024 for bytes. */
  readonly base: number;
}

/** Fields that are drawn together. */
interface Group {
  readonly title: string;
  readonly fields: readonly string[];
  readonly limits?: readonly string[];
  readonly unit: "share" | "bytes" | "rate" | "number";
}

/** The fields of Proxmox VE's series of guests, nodes and storages, and what belongs together. */
const GROUPS: readonly Group[] = [
  { title: "CPU", fields: ["cpu", "iowait"], unit: "share" },
  {
    title: "Memory",
    fields: ["mem", "memused", "arcsize"],
    limits: ["maxmem", "memtotal"],
    unit: "bytes",
  },
  { title: "Network", fields: ["netin", "netout"], unit: "rate" },
  { title: "Disk", fields: ["diskread", "diskwrite"], unit: "rate" },
  { title: "Load average", fields: ["loadavg"], unit: "number" },
  {
    title: "Space used",
    fields: ["used", "disk", "rootused"],
    limits: ["total", "maxdisk", "roottotal"],
    unit: "bytes",
  },
  { title: "Swap", fields: ["swapused"], limits: ["swaptotal"], unit: "bytes" },
];

/** `3 GiB`, `1.5 MiB`: an axis has no use for noughts. */
function short(value: number): string {
  return bytes(value).replace(/\.00 /, " ").replace(/(\.\d)0 /, "$1 ");
}

const FORMATS: Readonly<Record<Group["unit"], (value: number) => string>> = {
  share: (value) => `${Number((value * 100).toPrecision(3))} %`,
  bytes: short,
  rate: (value) => `${short(value)}/s`,
  number: (value) => String(Number(value.toPrecision(3))),
};

function numberOf(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

function panelOf(
  group: Group,
  rows: readonly Row[],
  wanted: (field: string) => boolean,
): Panel {
  const lines = group.fields.filter(wanted)
    .map((field) => ({ field, values: rows.map((row) => numberOf(row[field])) }))
    .filter(({ values }) => values.some((value) => value !== null));
  // A line that never leaves zero tells as much in the numbers: a VM's `disk` always is.
  const moving = lines.filter(({ values }) => values.some((value) => (value ?? 0) !== 0));
  const limits = rows.flatMap((row) =>
    (group.limits ?? []).map((name) => numberOf(row[name]) ?? 0)
  );
  const limit = limits.reduce((most, each) => Math.max(most, each), 0);
  const drawn = moving.length > 0 ? lines : [];
  return {
    title: group.title,
    lines: drawn,
    times: rows.map((row) => Number(row.time)),
    ...(limit > 0 ? { limit } : {}),
    format: FORMATS[group.unit],
    base: group.unit === "bytes" || group.unit === "rate" ? KIB : 10,
  };
}

/**
 * The panels of a series.
 *
 * @param rows Rows of `time` and fields, the oldest first; without a value where it is not known.
 * @param fields Only these, where the caller chose some.
 */
export function panelsOf(rows: readonly Row[], fields?: readonly string[]): readonly Panel[] {
  const wanted = (field: string): boolean => fields?.includes(field) ?? true;
  return GROUPS.map((group) => panelOf(group, rows, wanted)).filter(({ lines }) =>
    lines.length > 0
  );
}
