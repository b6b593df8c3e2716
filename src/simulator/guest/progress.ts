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

const SHARES = Array.from({ length: STEPS }, (_, index) => (index + 1) / STEPS);

/** Progress of a backup. */
export function backupLines(bytes: number): string[] {
  return SHARES.map((share, index) => {
    const percent = String(Math.round(share * 100)).padStart(3);
    const amount = `${humanBytes(bytes * share)} of ${humanBytes(bytes)}`;
    return `INFO: ${percent}% (${amount}) in ${index + 1}s, read: 1.1 GiB/s, write: 402.6 MiB/s`;
  });
}

/** Progress of a restore. */
export function restoreLines(bytes: number): string[] {
  return SHARES.map((share, index) =>
    `progress ${Math.round(share * 100)}% (read ${Math.floor(bytes * share)} bytes, ` +
    `duration ${index + 1} sec)`
  );
}
