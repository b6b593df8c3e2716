/**
 * Parses sizes as people write them: `32G`, `1.5T`, `512M`. Units are binary, as in PVE.
 *
 * @module
 */
import { GIB, KIB, MIB, TIB } from "../base/byte_units.ts";

const UNITS: Readonly<Record<string, number>> = {
  "": GIB,
  K: KIB,
  M: MIB,
  G: GIB,
  T: TIB,
};

/**
 * Bytes of a size; a plain number is GiB, as everywhere in PVE's volume syntax.
 *
 * @throws {TypeError} When it is not a size.
 */
export function parseSize(text: string): number {
  const match = /^\+?(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?$/i.exec(text.trim());
  const bytes = Number(match?.[1]) * (UNITS[match?.[2]?.toUpperCase() ?? ""] ?? 0);
  if (!match || !(bytes > 0)) {
    throw new TypeError(`expected a size such as 512M, 32G or 1.5T, got "${text}"`);
  }
  return bytes;
}

/** Bytes of a size as configurations have it, where a plain number is bytes; undefined for others. */
export function bytesOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  try {
    return parseSize(text);
  } catch {
    return undefined;
  }
}

/** A size as GiB for `STORAGE:SIZE` volumes, exact: `512M` is `0.5`. */
export function gibibytes(text: string): string {
  return String(Number((parseSize(text) / GIB).toFixed(6)));
}

/** MiB; no guest has less. */
const MIN_MEMORY_MIB = 16;

/**
 * Memory as PVE wants it, in MiB; a plain number is MiB already: `4G` is `4096`.
 *
 * @throws {TypeError} When it is not a size, or not a whole number of MiB.
 */
export function mebibytes(text: string): string {
  if (/^\d+$/.test(text)) {
    if (Number(text) >= MIN_MEMORY_MIB) return text;
    throw new TypeError(
      `expected MiB from ${MIN_MEMORY_MIB}, or a unit such as ${text}G, got "${text}"`,
    );
  }
  const amount = parseSize(text) / MIB;
  if (!Number.isInteger(amount) || /^[\d.+]+$/.test(text)) {
    throw new TypeError(`expected whole MiB, such as 512, 512M or 4G, got "${text}"`);
  }
  return String(amount);
}
