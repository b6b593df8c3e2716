/**
 * Sizes as people write them: `32G`, `1.5T`, `512M`. Units are binary, as in PVE.
 *
 * @module
 */

const UNITS: Readonly<Record<string, number>> = {
  "": 1024 ** 3,
  K: 1024,
  M: 1024 ** 2,
  G: 1024 ** 3,
  T: 1024 ** 4,
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

/** A size as GiB for `STORAGE:SIZE` volumes, exact: `512M` is `0.5`. */
export function gibibytes(text: string): string {
  return String(Number((parseSize(text) / UNITS.G!).toFixed(6)));
}
