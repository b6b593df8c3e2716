/**
 * Measurements over time: what tools answer, made into curves in which a gap stays a gap.
 *
 * @module
 */
import { momentIn, numberIn, type Row } from "./answer.ts";

/** What is measured: a guest, a node or a storage. */
export interface Subject {
  readonly key: string;
  readonly label: string;
  readonly tool: string;
  readonly args: Readonly<Record<string, string>>;
}

/** The measurements of a subject, oldest first. */
export interface Measured {
  readonly subject: Subject;
  readonly rows: readonly Row[];
}

/** One curve: its moments in seconds, its values; null where nothing was measured. */
export interface Curve {
  readonly label: string;
  /** Which subject it is of; its colour follows it. */
  readonly index: number;
  readonly dashed: boolean;
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
  /** The whole of which each value is a part, where there is one. */
  readonly wholes?: readonly (number | null)[];
}

/** How values of a chart are told. */
export type Unit = "fraction" | "rate";

/** A chart: which fields of the measurements it shows. */
export interface ChartSpec {
  readonly title: string;
  readonly unit: Unit;
  readonly fields: readonly FieldSpec[];
}

/** A field: by one of its names, and the whole that it is a part of. */
export interface FieldSpec {
  readonly names: readonly string[];
  readonly wholes?: readonly string[];
  /** Said after the subject where a chart has two fields. */
  readonly suffix?: string;
}

/** All charts; each is shown where something has its fields. */
export const CHARTS: readonly ChartSpec[] = [
  { title: "CPU", unit: "fraction", fields: [{ names: ["cpu"] }] },
  {
    title: "Memory",
    unit: "fraction",
    fields: [{ names: ["mem", "memused"], wholes: ["maxmem", "memtotal"] }],
  },
  {
    title: "Network",
    unit: "rate",
    fields: [{ names: ["netin"], suffix: "in" }, { names: ["netout"], suffix: "out" }],
  },
  {
    title: "Disk",
    unit: "rate",
    fields: [
      { names: ["diskread"], suffix: "read" },
      { names: ["diskwrite"], suffix: "write" },
    ],
  },
  {
    title: "Space",
    unit: "fraction",
    fields: [{ names: ["used"], wholes: ["total"] }],
  },
];

function timeOf(row: Row): number {
  return (momentIn(row.time)?.getTime() ?? 0) / 1000;
}

/** Seconds between measurements: the least that there is, as every other is a gap. */
function stepOf(times: readonly number[]): number {
  const steps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  return steps.reduce((least, step) => step > 0 && step < least ? step : least, Infinity);
}

function valueIn(row: Row, names: readonly string[] = []): number | undefined {
  return names.map((name) => numberIn(row[name])).find((value) => value !== undefined);
}

/** The curve of a field; undefined where it was never measured. */
function curveOf(
  { subject, rows }: Measured,
  index: number,
  { names, wholes, suffix }: FieldSpec,
): Curve | undefined {
  const points = rows.map((row) => {
    const value = valueIn(row, names);
    const whole = wholes && valueIn(row, wholes);
    const isKnown = value !== undefined && (!wholes || (whole ?? 0) > 0);
    return {
      time: timeOf(row),
      value: isKnown ? (whole ? value / whole : value) : null,
      whole: whole ?? null,
    };
  });
  if (points.every(({ value }) => value === null)) return undefined;
  const step = stepOf(points.map(({ time }) => time));
  const withGaps = points.flatMap((point, at) => {
    const before = points[at - 1];
    const gap = before && point.time - before.time > 1.5 * step;
    return gap ? [{ time: before.time + step, value: null, whole: null }, point] : [point];
  });
  return {
    label: suffix === undefined ? subject.label : `${subject.label}, ${suffix}`,
    index,
    dashed: suffix === "out" || suffix === "write",
    times: withGaps.map(({ time }) => time),
    values: withGaps.map(({ value }) => value),
    ...(wholes ? { wholes: withGaps.map(({ whole }) => whole) } : {}),
  };
}

/** The curves of a chart. */
export function curvesOf(chart: ChartSpec, measured: readonly Measured[]): Curve[] {
  return measured.flatMap((each, index) =>
    chart.fields.map((field) => curveOf(each, index, field)).filter((curve) => curve !== undefined)
  );
}

/** Least, mean and greatest of what was measured between two moments. */
export function summaryOf(
  { times, values }: Curve,
  [from, to]: readonly [number, number],
): { readonly min: number; readonly avg: number; readonly max: number } | undefined {
  const inside = values.filter((value, index) => {
    const time = times[index] ?? 0;
    return value !== null && time >= from && time <= to;
  }) as number[];
  if (inside.length === 0) return undefined;
  return {
    min: inside.reduce((least, value) => Math.min(least, value)),
    avg: inside.reduce((total, value) => total + value, 0) / inside.length,
    max: inside.reduce((most, value) => Math.max(most, value)),
  };
}
