/**
 * Writes names that are counted on as ranges: `ide0…3`, `scsi0…30`, `efidisk0`.
 *
 * @module
 */

/** Names so that three or more in a row with the same beginning are one range. */
export function rangesOf(names: readonly string[]): string[] {
  const runs: { start: string; stem: string; first: number; last: number }[] = [];
  for (const name of names) {
    const digits = /(?<!\d)(?:0|[1-9]\d{0,8})$/.exec(name)?.[0];
    const stem = digits === undefined ? name : name.slice(0, -digits.length);
    const number = digits === undefined ? NaN : Number(digits);
    const run = runs.at(-1);
    if (run?.stem === stem && run.last + 1 === number) run.last = number;
    else runs.push({ start: name, stem, first: number, last: number });
  }
  return runs.flatMap(({ start, stem, first, last }) => {
    if (Number.isNaN(first) || first === last) return [start];
    return last - first === 1 ? [start, `${stem}${last}`] : [`${start}…${last}`];
  });
}
