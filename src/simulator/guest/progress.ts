/**
 * Lines that workers print while they copy.
 *
 * @module
 */

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];
const STEPS = 10;

/** Bytes as workers print them: `1.5 GiB`. */
export function humanBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value.toFixed(1)} ${UNITS[unit]}`;
}

/** Progress of a copied disk, from nothing to all of it. */
export function transferLines(bytes: number): string[] {
  return Array.from({ length: STEPS + 1 }, (_, step) => {
    const share = step / STEPS;
    return `transferred ${humanBytes(bytes * share)} of ${humanBytes(bytes)} ` +
      `(${(share * 100).toFixed(2)}%)`;
  });
}

/** Progress of a backup or a restore. */
export function percentLines(prefix: string, bytes: number): string[] {
  return Array.from({ length: STEPS }, (_, index) => {
    const percent = (index + 1) * (100 / STEPS);
    return `${prefix}${percent}% (${humanBytes(bytes * percent / 100)} of ${humanBytes(bytes)})`;
  });
}
