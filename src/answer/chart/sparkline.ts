/**
 * A series in one line of text.
 *
 * @module
 */

const BARS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
const MAX_BARS = 40;

/** The mean of what is known; null where nothing is. */
function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, each) => sum + each, 0) / known.length;
}

/**
 * `▁▂▅█▅▂`: from the least to the greatest value, a space where nothing is known. Undefined where
 * the value is always the same.
 */
export function sparkline(values: readonly (number | null)[]): string | undefined {
  const count = Math.min(values.length, MAX_BARS);
  const points = Array.from({ length: count }, (_, index) => {
    const at = (each: number): number => Math.floor(each * values.length / count);
    return meanOf(values.slice(at(index), at(index + 1)));
  });
  const known = points.filter((point) => point !== null);
  const least = known.reduce((all, each) => Math.min(all, each), Infinity);
  const most = known.reduce((all, each) => Math.max(all, each), -Infinity);
  if (!(most > least)) return undefined;
  const bar = (value: number): string =>
    BARS[Math.round((value - least) / (most - least) * (BARS.length - 1))]!;
  return points.map((point) => point === null ? " " : bar(point)).join("");
}
