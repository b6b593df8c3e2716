/**
 * Formats numbers with their units for people: bytes, times, durations, shares of a CPU.
 *
 * @module
 */
import { KIB, MIB } from "../byte_units.ts";

/** Seconds of a day. */
export const DAY = 86_400;

const BYTE_FIELDS: ReadonlySet<string> = new Set([
  ...["mem", "maxmem", "memhost", "freemem", "swap", "maxswap", "disk", "maxdisk"],
  ...["diskread", "diskwrite", "netin", "netout"],
  ...["used", "avail", "available", "total", "free", "volsize"],
  ...["memtotal", "memused", "memfree", "memavailable"],
  ...["swaptotal", "swapused", "swapfree", "swapavailable"],
  ...["roottotal", "rootused", "rootfree", "rootavailable"],
  ...["bytes_total", "bytes_used", "bytes_avail", "total_space", "trimmed"],
  ...["alloc", "arcsize", "lv_size", "vg_size", "metadata_size", "metadata_used"],
]);
/** Names that also stand for a flag, or for the copies in a Ceph pool. */
const AMBIGUOUS_FIELDS: ReadonlySet<string> = new Set(["shared", "size"]);
const TIME_FIELDS: ReadonlySet<string> = new Set([
  ...["starttime", "endtime", "ctime", "snaptime", "time", "localtime", "checktime", "login-time"],
  ...["next-run", "last_sync", "last_try", "next_sync"],
  ...["expire", "notbefore", "notafter", "nextduedate"],
]);
const SPAN_FIELDS: ReadonlySet<string> = new Set(["uptime", "duration", "waited", "age"]);
const SHARE_FIELDS: ReadonlySet<string> = new Set(["cpu", "used_fraction", "iowait", "wait"]);
/** Pressure stall information: PVE hands out the kernel's per cent as they are. */
const PERCENT_FIELDS = /^pressure.*(some|full)$/;

/** `4.00 GiB` */
export function bytes(value: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  let amount = value;
  let unit = 0;
  while (Math.abs(amount) >= KIB && unit < units.length - 1) {
    amount /= KIB;
    unit++;
  }
  return unit === 0 ? `${Number(value.toPrecision(4))} B` : `${amount.toFixed(2)} ${units[unit]}`;
}

/** `2 d 3 h 4 min`, `5 s` */
export function span(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds * 10) / 10} s`;
  const [days, hours] = [Math.floor(seconds / DAY), Math.floor(seconds / 3600) % 24];
  const minutes = Math.floor(seconds / 60) % 60;
  const text = (days > 0 ? `${days} d ` : "") + (hours > 0 ? `${hours} h ` : "") +
    (minutes > 0 ? `${minutes} min` : "");
  return text.trimEnd();
}

/** `2026-01-15 09:30:00Z`; what is no time as it is. */
export function time(seconds: number): string {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return String(seconds);
  return date.toISOString().replace("T", " ").replace(".000", "");
}

/** Of these, the unit is that of what they aggregate. */
const AGGREGATES = ["min", "avg", "max", "last"];

/** True for a value that needs no quotes or brackets in a list. */
function isPlain(value: unknown): boolean {
  return typeof value === "string" ? !/[,;()\n]/.test(value) : typeof value !== "object" || !value;
}

/** True for lists and objects of what is plain, or of lists and objects that are. */
function isShallow(value: object, depth: number): boolean {
  return Object.values(value).every((each) =>
    isPlain(each) || (depth > 1 && typeof each === "object" && isShallow(each, depth - 1))
  );
}

/** The text of a list or an object that is part of another. */
function innerText(field: string, value: unknown): string {
  const text = withUnit(field, value);
  if (typeof value !== "object" || value === null) return text;
  const single = Array.isArray(value) && value.length < 2;
  return single ? text : `(${text})`;
}

/** `total 4.00 GiB, used 1.20 GiB`; `a, b`; JSON for what is nested deeper. */
function objectText(field: string, value: object): string {
  const entries = Object.entries(value);
  if (entries.length === 0) return "none";
  if (!isShallow(value, 2)) return JSON.stringify(value);
  if (Array.isArray(value)) {
    const hasObjects = value.some((each) => typeof each === "object");
    return value.map((each) => withUnit(field, each)).join(hasObjects ? "; " : ", ");
  }
  return entries.map(([name, each]) =>
    `${name} ${innerText(AGGREGATES.includes(name) ? field : name, each)}`
  ).join(", ");
}

/** What a number counts: bytes, in all or per second, seconds, cores, shares of 1, per cent, or seconds since 1970. */
export type Unit = "B" | "B/s" | "s" | "cores" | "fraction" | "%" | "time";

/** The unit of a number, where it has one. */
export type UnitOfNumber = (value: number) => Unit | undefined;

function always(unit: Unit | undefined): UnitOfNumber {
  return () => unit;
}

/** The unit of the numbers of a field, where its name and the number tell it. */
export function unitsOfField(field: string): UnitOfNumber {
  if (field === "balloon") return (value) => value >= MIB ? "B" : undefined; // In a config in MiB.
  if (AMBIGUOUS_FIELDS.has(field)) return (value) => value >= KIB ? "B" : undefined;
  if (BYTE_FIELDS.has(field) || /[_-]bytes$/.test(field)) return always("B");
  if (TIME_FIELDS.has(field)) return (value) => value > 1e8 && value < 1e11 ? "time" : undefined;
  if (SPAN_FIELDS.has(field)) return always("s");
  if (field.endsWith("_rate")) return always("B/s");
  if (field === "cpu_used") return always("cores");
  if (SHARE_FIELDS.has(field) || field.endsWith("%")) return always("fraction");
  return always(PERCENT_FIELDS.test(field) ? "%" : undefined);
}

/** The unit of a number in a field. */
export function unitOf(field: string, value: number): Unit | undefined {
  return unitsOfField(field)(value);
}

const WRITTEN: Readonly<Record<Unit, (value: number) => string>> = {
  B: bytes,
  "B/s": (value) => `${bytes(value)}/s`,
  cores: (value) => String(Number(value.toFixed(2))),
  time: (value) => time(Math.floor(value)),
  s: (value) => value === 0 ? "-" : span(value),
  fraction: (value) => `${(value * 100).toFixed(1)} %`,
  "%": (value) => `${value.toFixed(1)} %`,
};

function numberText(value: number, unit: Unit | undefined): string {
  if (!Number.isFinite(value)) return String(value);
  if (unit !== undefined) return WRITTEN[unit](value);
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}

/** A value as text, with its unit where the field's name tells it. */
export function withUnit(
  field: string,
  value: unknown,
  unitOfNumber: UnitOfNumber = unitsOfField(field),
): string {
  if (value === null || value === undefined || value === "") return "-";
  if (typeof value === "object") return objectText(field, value);
  return typeof value === "number" ? numberText(value, unitOfNumber(value)) : String(value);
}

/** `1 rule`, `3 rules`; `1 guest has`, `3 guests have` with a form for many. */
export function counted(count: number, noun: string, many = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : many}`;
}

/** `a, b, c and 12 more` */
export function some(names: readonly string[], most = 6): string {
  const shown = names.slice(0, most).join(", ");
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}
