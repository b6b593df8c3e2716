/**
 * How fast something fills, by the points of its RRD: a line through them, if they lie on one.
 *
 * @module
 */
import type { Row } from "../../tool/answer.ts";

const DAY = 86_400;
/** With fewer points, or over less time, a line says nothing. */
const MIN_POINTS = 8;
const MIN_DAYS = 2;
/** Beyond, a line through one month says nothing either. */
const MAX_DAYS = 5 * 365;

/** How something grows. */
export interface Growth {
  readonly kind: "unknown" | "steady" | "shrinks" | "grows";
  /** Bytes a day; 0 unless it grows or shrinks. */
  readonly perDay: number;
  /** Days until it is full; Infinity where that is not to be seen. */
  readonly fullIn: number;
}

const UNKNOWN: Growth = { kind: "unknown", perDay: 0, fullIn: Infinity };

/**
 * How `used` grows towards `total`.
 *
 * @param data Rows of `time` and fields, as `…/rrddata` answers them; null where nothing was known.
 */
export function growthOf(data: unknown, used: string, total: string, now: number): Growth {
  const rows = Array.isArray(data) ? data as readonly Row[] : [];
  const points = rows.filter((row) => typeof row[used] === "number").map((row) =>
    [(Number(row.time) - now) / DAY, Number(row[used])] as const
  ).sort(([one], [other]) => one - other);
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last || points.length < MIN_POINTS || last[0] - first[0] < MIN_DAYS) {
    return UNKNOWN;
  }
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const days = mean(points.map(([day]) => day));
  const level = mean(points.map(([, value]) => value));
  const spread = mean(points.map(([day]) => (day - days) ** 2));
  const slope = mean(points.map(([day, value]) => (day - days) * (value - level))) / spread;
  const rest = points.map(([day, value]) => value - level - slope * (day - days));
  const scatter = Math.sqrt(mean(rest.map((value) => value ** 2)));
  const change = slope * (last[0] - first[0]);
  // Up and down by chance is no growth.
  if (Math.abs(change) <= 3 * scatter || Math.abs(change) < level / 1000) {
    return { kind: "steady", perDay: 0, fullIn: Infinity };
  }
  if (slope < 0) return { kind: "shrinks", perDay: slope, fullIn: Infinity };
  const room = Number(rows.findLast((row) => typeof row[total] === "number")?.[total]) -
    (level + slope * (0 - days));
  const fullIn = Math.max(0, room / slope);
  return { kind: "grows", perDay: slope, fullIn: fullIn > MAX_DAYS ? Infinity : fullIn };
}
