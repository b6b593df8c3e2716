/**
 * A line of the benchmark: what was measured, what does not depend on the machine, its budget.
 *
 * @module
 */

/** One line of the table. */
export interface Line {
  readonly what: string;
  /** What does not depend on the machine. */
  readonly value: string;
  readonly budget: string;
  /** What was measured on this machine, and its baseline. */
  readonly measured: string;
  readonly within: boolean;
}

/** Something measured beside its baseline, both in milliseconds. */
export interface Pair {
  readonly what: string;
  readonly ours: number;
  readonly baseline: number;
}

function times({ ours, baseline }: Pair): string {
  const value = ours / baseline;
  return `${value.toFixed(value < 2 ? 2 : 1)} ×`;
}

function milliseconds({ ours, baseline }: Pair): string {
  return `${ours.toFixed(2)} ms, ${baseline.toFixed(2)} ms`;
}

/** A time that may be at most `most` times its baseline. */
export function ratio(pair: Pair & { readonly most: number }): Line {
  return {
    what: pair.what,
    value: times(pair),
    budget: `≤ ${pair.most} ×`,
    measured: milliseconds(pair),
    within: pair.ours / pair.baseline <= pair.most,
  };
}

/** A time that may be at most `most` milliseconds above its baseline. */
export function overhead(pair: Pair & { readonly most: number }): Line {
  return {
    what: pair.what,
    value: times(pair),
    budget: `≤ ${pair.most} ms more`,
    measured: milliseconds(pair),
    within: pair.ours - pair.baseline <= pair.most,
  };
}

/** A time that others are seen beside: it is nobody's to hold. */
export function reference(pair: Pair): Line {
  const { what } = pair;
  return { what, value: times(pair), budget: "", measured: milliseconds(pair), within: true };
}

function count(value: number): string {
  return Math.round(value).toLocaleString("en");
}

/** A number with its unit; NaN is what could not be measured. */
export function quantity(value: number, unit: string): string {
  return Number.isNaN(value) ? "not measured" : `${count(value)} ${unit}`;
}

/** A quantity that may be at most `most`; one that could not be measured, NaN, is over its budget. */
export function amount(
  { what, value, unit, most }: {
    readonly what: string;
    readonly value: number;
    readonly unit: string;
    readonly most: number;
  },
): Line {
  return {
    what,
    value: quantity(value, unit),
    budget: `≤ ${count(most)} ${unit}`,
    measured: "",
    within: value <= most,
  };
}
