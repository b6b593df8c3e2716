/**
 * How fast something fills, by the points of its RRD: a line through them, if they lie on one.
 *
 * @module
 */
import { DAY } from "../../base/text/units.ts";
import type { Row } from "../../tool/answer.ts";

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

type Points = readonly (readonly [day: number, value: number])[];

const UNKNOWN: Growth = { kind: "unknown", perDay: 0, fullIn: Infinity };
const STEADY: Growth = { kind: "steady", perDay: 0, fullIn: Infinity };

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The growth of points, days of which end at 0, now. */
function growthThrough(points: Points, total: number): Growth {
  const first = points[0]?.[0] ?? 0;
  const last = points.at(-1)?.[0] ?? 0;
  if (points.length < MIN_POINTS || last - first < MIN_DAYS) return UNKNOWN;
  const day = mean(points.map(([each]) => each));
  const level = mean(points.map(([, value]) => value));
  const spread = mean(points.map(([each]) => (each - day) ** 2));
  const slope = mean(points.map(([each, value]) => (each - day) * (value - level))) / spread;
  const scatter = Math.sqrt(
    mean(points.map(([each, value]) => (value - level - slope * (each - day)) ** 2)),
  );
  const change = Math.abs(slope * (last - first));
  // Up and down by chance is no growth.
  if (change <= 3 * scatter || change < level / 1000) return STEADY;
  if (slope < 0) return { kind: "shrinks", perDay: slope, fullIn: Infinity };
  const fullIn = Math.max(0, (total - (level - slope * day)) / slope);
  return { kind: "grows", perDay: slope, fullIn: fullIn > MAX_DAYS ? Infinity : fullIn };
}

/**
 * How `used` grows towards `total`: at the pace of the last third of the time if it grew then, else
 * of all of it.
 *
 * @param data Rows of `time` and fields, as `…/rrddata` answers them; null where nothing was known.
 */
export function growthOf(data: unknown, used: string, total: string, now: number): Growth {
  const rows = Array.isArray(data) ? data as readonly Row[] : [];
  const points: Points = rows.filter((row) => typeof row[used] === "number")
    .map((row) => [(Number(row.time) - now) / DAY, Number(row[used])] as const)
    .sort(([one], [other]) => one - other);
  const room = Number(rows.findLast((row) => typeof row[total] === "number")?.[total]);
  const recent = growthThrough(points.slice(-Math.ceil(points.length / 3)), room);
  return recent.kind === "grows" ? recent : growthThrough(points, room);
}
