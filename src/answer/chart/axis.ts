/**
 * Where an axis has its marks: round numbers, round moments.
 *
 * @module
 */

/** A mark on an axis. */
export interface Mark {
  readonly value: number;
  readonly label: string;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TIME_STEPS = [
  ...[5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE],
  ...[HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR],
  ...[DAY, 2 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 90 * DAY, 365 * DAY],
];
const MAX_MARKS = 5;
const ROUND = [1, 2, 5, 10, 20, 50, 100, 200, 500];

/** The least round step of a base by which `top` takes no more than `count` steps. */
function roundStep(top: number, base: number, count: number): number {
  const least = top / count;
  const unit = base ** Math.floor(Math.log(least) / Math.log(base));
  return (ROUND.find((each) => each * unit >= least) ?? base) * unit;
}

/** Marks from zero to what holds `most`. */
export function valueMarks(most: number, base: number): readonly number[] {
  const step = roundStep(most > 0 ? most : 1, base, MAX_MARKS - 1);
  const count = Math.ceil((most > 0 ? most : 1) / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}

function timeLabel(seconds: number, step: number): string {
  const text = new Date(seconds * 1000).toISOString();
  return step < DAY ? text.slice(11, 16) : text.slice(5, 10);
}

/** Marks within a time, in UTC. */
export function timeMarks(from: number, to: number): readonly Mark[] {
  const step = TIME_STEPS.find((each) => (to - from) / each <= MAX_MARKS) ?? 365 * DAY;
  const first = Math.ceil(from / step) * step;
  const count = Math.max(0, Math.floor((to - first) / step) + 1);
  return Array.from({ length: count }, (_, index) => {
    const value = first + index * step;
    return { value, label: timeLabel(value, step) };
  });
}
