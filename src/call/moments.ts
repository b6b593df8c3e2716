/**
 * Arguments that are times: Proxmox VE takes seconds since 1970, people say `2h` or a date.
 *
 * @module
 */
import { time } from "../base/text/units.ts";
import { asUtc, bareHours, hoursNote, MOMENT_FORMS, readMoment } from "../base/text/moment.ts";
import type { ParamFact } from "../pve/api.ts";
import type { ArgValue } from "../pve/encode.ts";
import { spanOf } from "../tool/loose_types.ts";
import { quoted } from "./input_limits.ts";

/** What a time was read as: its seconds, or what is wrong with it; undefined where it is none. */
export interface ReadTime {
  readonly value?: number;
  readonly problem?: string;
  readonly note?: string;
}

/**
 * Reads a time that is not in seconds already.
 *
 * @param now Milliseconds since 1970.
 */
export function readTime(
  name: string,
  fact: ParamFact | undefined,
  value: unknown,
  now: number,
): ReadTime | undefined {
  const spans = spanOf(name, fact);
  if (spans === undefined) return undefined;
  const seconds = Math.floor(now / 1000);
  const hours = spans === "past" ? bareHours(value) : undefined;
  if (hours !== undefined) {
    return { value: seconds - hours * 3600, note: hoursNote(name, hours) };
  }
  if (typeof value !== "string" || /^-?\d*$/.test(value.trim())) return undefined;
  // The same call means the same for a while: a code that confirms it is bound to its arguments.
  const moment = readMoment(value, spans === "future" ? seconds - seconds % 60 : seconds, spans);
  if (!moment) return { problem: `expected ${MOMENT_FORMS}, got ${quoted(value)}` };
  if ("epoch" in moment) return { value: moment.epoch };
  return { value: asUtc(moment.local), note: `"${name}" names no time zone: taken for UTC` };
}

/** That a time lies where it makes no sense: what has ended before, or begins after now. 0 is never. */
export function wrongSideNote(
  name: string,
  fact: ParamFact | undefined,
  value: unknown,
  now: number,
): string | undefined {
  const spans = spanOf(name, fact);
  if (spans === undefined || typeof value !== "number" || value <= 0) return undefined;
  const isPast = value < now / 1000;
  if (spans === "future" && isPast) {
    return `"${name}" is ${time(value)}, which is past: it has ended already`;
  }
  return name === "since" && !isPast
    ? `"${name}" is ${time(value)}, which is to come: nothing can have happened since`
    : undefined;
}

/** That no time lies between two ends. */
export function emptySpanNote(
  { since, until }: Readonly<Record<string, ArgValue>>,
): string | undefined {
  return typeof since === "number" && typeof until === "number" && since > until
    ? `"since" (${time(since)}) is after "until" (${time(until)}): nothing lies between them`
    : undefined;
}
