/**
 * Numbers with their units, as a person reads them: bytes, times, spans, shares of a CPU.
 *
 * @module
 */

const BYTE_FIELDS =
  /^(mem|maxmem|memhost|freemem|disk|maxdisk|diskread|diskwrite|netin|netout|swap|maxswap|used|avail|total|free|shared|size|volsize|alloc|bytes_(used|total|avail)|osd_total_bytes|.*_bytes)$/;
const TIME_FIELDS =
  /^(starttime|endtime|ctime|snaptime|next-run|last_sync|last_try|next_sync|expire|not(before|after)|checktime|nextduedate|time|localtime)$/;
const SPAN_FIELDS = /^(uptime|duration|waited)$/;
const SHARE_FIELDS = /^(cpu|used_fraction|iowait|wait|pressure.*some|pressure.*full)$/;

/** `4.00 GiB` */
export function bytes(value: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  let amount = value;
  let unit = 0;
  while (Math.abs(amount) >= 1024 && unit < units.length - 1) {
    amount /= 1024;
    unit++;
  }
  return unit === 0 ? `${value} B` : `${amount.toFixed(2)} ${units[unit]}`;
}

/** `2 d 3 h 4 min`, `5 s` */
export function span(seconds: number): string {
  const parts: [number, string][] = [
    [Math.floor(seconds / 86400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
  ];
  const shown = parts.filter(([amount]) => amount > 0).map(([amount, unit]) => `${amount} ${unit}`);
  if (seconds < 60) return `${Math.round(seconds * 10) / 10} s`;
  return shown.join(" ");
}

/** `2026-01-15 09:30:00Z` */
export function time(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace("T", " ").replace(".000", "");
}

/** A value as text, with its unit where the field's name tells it. */
export function withUnit(field: string, value: unknown): string {
  if (value === null || value === undefined || value === "") return "-";
  if (typeof value === "object") return JSON.stringify(value);
  if (typeof value !== "number" || !Number.isFinite(value)) return String(value);
  if (BYTE_FIELDS.test(field) && Number.isInteger(value)) return bytes(value);
  if (TIME_FIELDS.test(field) && value > 1e8 && value < 1e11) return time(Math.floor(value));
  if (SPAN_FIELDS.test(field)) return value === 0 ? "-" : span(value);
  if (SHARE_FIELDS.test(field)) return `${(value * 100).toFixed(1)} %`;
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}
