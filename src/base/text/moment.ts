/**
 * Moments as people name them: how long ago or from now, seconds since 1970, or a date with or
 * without a time zone.
 *
 * @module
 */

import { lookup } from "../lookup.ts";

/** Seconds since 1970, or a time of some zone that is not named, as `YYYY-MM-DD[ HH:MM[:SS]]`. */
export type Moment = { readonly epoch: number } | { readonly local: string };

/** What a moment may be, for messages. */
export const MOMENT_FORMS = '"2h", "yesterday", "2026-01-15 09:30", or seconds since 1970';

const SECONDS: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  min: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  y: 31_536_000,
};
const SPAN = /^(?:(in) )?(\d{1,6})\s*(s|m|min|h|d|w|y)(?: (ago))?$/;
const LOCAL = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2})?))?$/;
const ZONED = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/;

/** Days by their names, and how many lie between them and today. */
const DAYS: Readonly<Record<string, number>> = { yesterday: -1, today: 0, tomorrow: 1 };

/** The hours of a number that is too small to be a time since 1970: a log of the last `24`. */
export function bareHours(value: unknown): number | undefined {
  const hours = /^\s*\d{1,4}\s*$/.test(String(value)) ? Number(value) : 0;
  return hours > 0 ? hours : undefined;
}

/** Says what a number without a unit was taken for. */
export function hoursNote(name: string, hours: number): string {
  return `"${name}" is taken for ${hours} hours ago; ${hours}d and ${hours}min are days and minutes`;
}

/**
 * Reads a moment; undefined when it is none.
 *
 * @param now Seconds since 1970.
 * @param spans Whether `2h` lies behind or ahead, where it does not say.
 */
export function readMoment(
  text: string,
  now: number,
  spans: "past" | "future" = "past",
): Moment | undefined {
  const word = text.trim();
  const [, ahead, count, unit = "", ago] = SPAN.exec(word) ?? [];
  if (count !== undefined) {
    const isAhead = ahead !== undefined || (spans === "future" && ago === undefined);
    return { epoch: now + (isAhead ? 1 : -1) * Number(count) * (SECONDS[unit] ?? 1) };
  }
  if (word === "now") return { epoch: now };
  const days = lookup(DAYS, word.toLowerCase());
  if (days !== undefined) {
    return { local: new Date((now + days * 86_400) * 1000).toISOString().slice(0, 10) };
  }
  if (/^\d{9,11}$/.test(word)) return { epoch: Number(word) };
  const zoned = ZONED.test(word) ? Date.parse(word.replace(" ", "T")) : NaN;
  if (!Number.isNaN(zoned)) return { epoch: Math.floor(zoned / 1000) };
  const local = LOCAL.exec(word);
  if (!local || Number.isNaN(Date.parse(word.replace(" ", "T")))) return undefined;
  return { local: local[2] === undefined ? `${local[1]}` : `${local[1]} ${local[2]}` };
}

/** A time of no named zone as if it were UTC, in seconds since 1970. */
export function asUtc(local: string): number {
  const full = `${local.replace(" ", "T")}${local.includes(" ") ? "" : "T00:00"}Z`;
  return Math.floor(Date.parse(full) / 1000);
}
