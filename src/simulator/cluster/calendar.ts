/**
 * Calendar events of PVE's schedules, a subset of systemd's: `daily`, `sat 02:30`,
 * `mon..fri 8..17:0/15`, `*-*-01 04:00`. Times are UTC.
 *
 * @module
 */

const DAY_MS = 86_400_000;
/** Days ahead that are searched: a leap day comes again within eight years. */
const HORIZON_DAYS = 366 * 8;
const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const ALIASES: Readonly<Record<string, string>> = {
  minutely: "*:*:00",
  hourly: "*:00:00",
  daily: "00:00:00",
  weekly: "mon 00:00:00",
  monthly: "*-*-01 00:00:00",
  quarterly: "*-01,04,07,10-01 00:00:00",
  semiannually: "*-01,07-01 00:00:00",
  "semi-annually": "*-01,07-01 00:00:00",
  yearly: "*-01-01 00:00:00",
  annually: "*-01-01 00:00:00",
};

type Matcher = (value: number) => boolean;

/** A parsed event. */
interface CalendarEvent {
  readonly weekday: Matcher;
  readonly year: Matcher;
  readonly month: Matcher;
  readonly day: Matcher;
  readonly hours: readonly number[];
  readonly minutes: readonly number[];
  readonly seconds: readonly number[];
}

function part(text: string, most: number): Matcher | undefined {
  const tests: Matcher[] = [];
  for (const piece of text.split(",")) {
    const match = /^(?:(\*)|(\d+)(?:\.\.(\d+))?)(?:\/(\d+))?$/.exec(piece);
    if (!match) return undefined;
    const [, any, first, last, every] = match;
    const from = any ? 0 : Number(first);
    const to = last === undefined ? (any || every ? most : from) : Number(last);
    const step = Number(every ?? 1);
    if (step === 0 || from > most || to > most) return undefined;
    tests.push((value) => value >= from && value <= to && (value - from) % step === 0);
  }
  return (value) => tests.some((test) => test(value));
}

function values(text: string, most: number): number[] | undefined {
  const test = part(text, most);
  return test && Array.from({ length: most + 1 }, (_, value) => value).filter(test);
}

function weekdays(text: string): Matcher | undefined {
  const days = new Set<number>();
  for (const piece of text.toLowerCase().split(",")) {
    const [first, last = first] = piece.split("..").map((name) =>
      WEEKDAYS.indexOf(name.slice(0, 3))
    );
    if (first === undefined || last === undefined || first < 0 || last < 0) return undefined;
    for (let day = first;; day = (day + 1) % 7) {
      days.add(day);
      if (day === last) break;
    }
  }
  return (day) => days.has(day);
}

function parseTime(text: string): Pick<CalendarEvent, "hours" | "minutes" | "seconds"> | undefined {
  const parts = text.split(":");
  if (parts.length > 3) return undefined;
  const [hour, minute, second] = parts.length === 1 ? ["*", parts[0]] : parts;
  const hours = values(hour ?? "", 23);
  const minutes = values(minute ?? "", 59);
  const seconds = values(second ?? "0", 59);
  return hours && minutes && seconds ? { hours, minutes, seconds } : undefined;
}

/** Parses an event; undefined when it is none. */
export function parseCalendarEvent(text: string): CalendarEvent | undefined {
  const words = (ALIASES[text.trim().toLowerCase()] ?? text).trim().split(/\s+/);
  const any: Matcher = () => true;
  const weekday = /^[a-z]/i.test(words[0] ?? "") ? weekdays(words.shift() ?? "") : any;
  const date = /^[\d*,./]+-/.test(words[0] ?? "") ? (words.shift() ?? "").split("-") : [];
  const [day, month, year] = [...date].reverse();
  const matchers = {
    weekday,
    year: year === undefined ? any : part(year, 9999),
    month: month === undefined ? any : part(month, 12),
    day: day === undefined ? any : part(day, 31),
  };
  const time = parseTime(words.shift() ?? "0:0");
  if (words.length > 0 || !time) return undefined;
  const { weekday: w, year: y, month: m, day: d } = matchers;
  return w && y && m && d ? { weekday: w, year: y, month: m, day: d, ...time } : undefined;
}

/**
 * The next time (seconds since 1970) of an event after a time, or undefined when there is none or
 * the text is no event.
 */
export function nextEvent(text: string, after: number): number | undefined {
  const event = parseCalendarEvent(text);
  if (!event) return undefined;
  const start = Math.floor(after * 1000 / DAY_MS) * DAY_MS;
  for (let day = 0; day < HORIZON_DAYS; day++) {
    const date = new Date(start + day * DAY_MS);
    if (
      !event.weekday(date.getUTCDay()) || !event.year(date.getUTCFullYear()) ||
      !event.month(date.getUTCMonth() + 1) || !event.day(date.getUTCDate())
    ) continue;
    const found = firstInDay(event, date.getTime() / 1000, after);
    if (found !== undefined) return found;
  }
  return undefined;
}

function firstInDay(event: CalendarEvent, midnight: number, after: number): number | undefined {
  for (const hour of event.hours) {
    const start = midnight + hour * 3600;
    const found = start + 3599 > after ? firstInHour(event, start, after) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function firstInHour(event: CalendarEvent, start: number, after: number): number | undefined {
  for (const minute of event.minutes) {
    const found = event.seconds.find((second) => start + minute * 60 + second > after);
    if (found !== undefined) return start + minute * 60 + found;
  }
  return undefined;
}
