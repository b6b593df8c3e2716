/**
 * Reads numbers as people write them and as answers show them: `4.00 GiB`, `50%`, `2 d 3 h`,
 * `2026-01-15 09:30:00Z`.
 *
 * @module
 */
import type { Unit } from "./units.ts";

const PREFIXES = ["", "k", "m", "g", "t", "p"];
const SECONDS: Readonly<Record<string, number>> = {
  w: 604_800,
  d: 86_400,
  h: 3_600,
  min: 60,
  m: 60,
  s: 1,
};

function plain(text: string): number | undefined {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

/** Units are binary, as everywhere in PVE; a plain number is bytes. */
function bytesOf(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?) ?([kmgtp]?)(?:i?b)?$/.exec(text);
  return match ? Number(match[1]) * 1024 ** PREFIXES.indexOf(match[2] ?? "") : undefined;
}

/** `1d`, `2 d 3 h`; a plain number is seconds. */
function secondsOf(text: string): number | undefined {
  const number = plain(text);
  if (number !== undefined) return number;
  const parts = text.replaceAll(" ", "");
  const part = /(\d{1,12}(?:\.\d{1,12})?)(w|d|h|min|m|s)/y;
  let seconds = 0;
  do {
    const match = part.exec(parts);
    if (!match) return undefined;
    seconds += Number(match[1]) * (SECONDS[match[2] ?? ""] ?? 0);
  } while (part.lastIndex < parts.length);
  return seconds;
}

/** `50%`, `0.5`; more than 1 is meant in per cent. */
function fractionOf(text: string): number | undefined {
  const number = plain(text.replace(/ ?%$/, ""));
  if (number === undefined) return undefined;
  return text.endsWith("%") || number > 1 ? number / 100 : number;
}

/** A date is its beginning; what names no zone is UTC. */
function timeOf(text: string): number | undefined {
  const number = plain(text);
  if (number !== undefined) return number;
  const match = /^(\d{4}-\d\d-\d\d)(?:[t ](\d\d:\d\d(?::\d\d)?))?(z|[+-]\d\d:\d\d)?$/.exec(text);
  if (!match) return undefined;
  const [, date, clock = "00:00", zone = "Z"] = match;
  const parsed = Date.parse(`${date}T${clock}${zone.toUpperCase()}`);
  return Number.isNaN(parsed) ? undefined : parsed / 1000;
}

const READ: Readonly<Record<Unit, (text: string) => number | undefined>> = {
  B: bytesOf,
  "B/s": (text) => bytesOf(text.replace(/ ?\/ ?s$/, "")),
  s: secondsOf,
  cores: (text) => plain(text.replace(/ ?cores?$/, "")),
  time: timeOf,
  fraction: fractionOf,
  "%": (text) => plain(text.replace(/ ?%$/, "")),
};

/** The number that a text means in a unit; undefined when it means none. */
export function parseQuantity(text: string, unit: Unit | undefined): number | undefined {
  const lower = text.trim().toLowerCase();
  return unit === undefined ? plain(lower) : READ[unit](lower);
}
