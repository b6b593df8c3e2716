/**
 * Writes numbers and moments for whoever looks: in their language, in the time of their zone.
 *
 * @module
 */

/** Whose eyes it is for; what is not set is the browser's. */
export interface Viewer {
  readonly locale?: string | undefined;
  readonly timeZone?: string | undefined;
}

let viewer: Viewer = {};

/** A host may name a language or a zone that this browser does not know. */
function known({ locale, timeZone }: Viewer): Viewer {
  const works = (make: () => unknown): boolean => {
    try {
      make();
      return true;
    } catch {
      return false;
    }
  };
  return {
    locale: works(() => new Intl.NumberFormat(locale)) ? locale : undefined,
    timeZone: works(() => new Intl.DateTimeFormat("en", { timeZone })) ? timeZone : undefined,
  };
}

/** Sets who looks. */
export function setViewer(next: Viewer): void {
  viewer = known(next);
}

/** The zone in which times are told. */
function timeZone(): string {
  return viewer.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** A number with as many digits behind the point as say something. */
export function number(value: number, digits = 1): string {
  return value.toLocaleString(viewer.locale, { maximumFractionDigits: digits });
}

/** `12 %` of a fraction; small ones with a digit more. */
export function percent(fraction: number): string {
  const value = fraction * 100;
  return `${number(value, Math.abs(value) < 10 ? 1 : 0)} %`;
}

const BYTES = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** `4.6 GiB` */
export function bytes(value: number): string {
  const power = Math.min(
    BYTES.length - 1,
    Math.max(0, Math.floor(Math.log2(Math.abs(value) || 1) / 10)),
  );
  const scaled = value / 1024 ** power;
  return `${number(scaled, scaled < 100 && power > 0 ? 1 : 0)} ${BYTES[power]}`;
}

/** `4.6 MiB/s` */
export function rate(value: number): string {
  return `${bytes(value)}/s`;
}

const SPANS: readonly (readonly [unit: string, seconds: number])[] = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
];

/** `10 d 23 h`: the two greatest units. */
export function span(seconds: number): string {
  let left = Math.max(0, Math.round(seconds));
  const parts: string[] = [];
  for (const [unit, length] of SPANS) {
    const count = Math.floor(left / length);
    left -= count * length;
    if (count > 0 || parts.length > 0) parts.push(`${count} ${unit}`);
    if (parts.length === 2) break;
  }
  return parts.filter((part) => !part.startsWith("0 ")).join(" ") || "0 s";
}

function written(date: Date, options: Intl.DateTimeFormatOptions): string {
  if (Number.isNaN(date.getTime())) return "";
  return new Intl.DateTimeFormat(viewer.locale, { timeZone: timeZone(), ...options }).format(date);
}

/** Day and time. */
export function moment(date: Date): string {
  return written(date, { dateStyle: "medium", timeStyle: "short" });
}

/** Time alone, to the second. */
export function clockTime(date: Date): string {
  return written(date, { timeStyle: "medium" });
}

/** A day as its column has it. */
export function dayOfMonth(date: Date): string {
  return written(date, { day: "numeric" });
}

/** A day with its weekday and month. */
export function wholeDay(date: Date): string {
  return written(date, { weekday: "short", day: "numeric", month: "short" });
}

/** The month of a day. */
export function month(date: Date): string {
  return written(date, { month: "short", year: "numeric" });
}

/** The day of a moment in the viewer's zone: `2026-11-29`. */
export function dayKey(date: Date): string {
  return new Intl.DateTimeFormat("en-CA", {
    timeZone: timeZone(),
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).format(date);
}

/** Seconds of a day, and of the shortest month. */
const DAY = 86_400;
const MONTH = 28 * DAY;

/** What stands at the marks of a time axis, which are so many seconds apart: the day once. */
export function axisTimes(seconds: readonly number[], step: number): string[] {
  const dates = seconds.map((each) => new Date(each * 1000));
  if (step >= MONTH) return dates.map(month);
  const days = dates.map((date) => written(date, { day: "numeric", month: "short" }));
  if (step >= DAY) return days;
  return dates.map((date, index) => {
    const time = written(date, { hour: "2-digit", minute: "2-digit" });
    return days[index] === days[index - 1] ? time : `${time}\n${days[index]}`;
  });
}
