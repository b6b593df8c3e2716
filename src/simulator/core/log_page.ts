/**
 * Pages of a log, as PVE cuts them.
 *
 * @module
 */
import type { Call } from "./call.ts";
import { Attributed } from "./handler.ts";
import { number } from "./params.ts";

/** Rows `{n, t}` of a log from `start`, at most `limit` (50, 0 = all), with the `total`. */
export function logPage(lines: readonly string[], call: Call): Attributed {
  if (lines.length === 0) return new Attributed([{ n: 1, t: "no content" }], { total: 1 });
  const start = number(call, "start") ?? 0;
  const limit = number(call, "limit") ?? 50;
  const rows = lines
    .slice(start, limit === 0 ? undefined : start + limit)
    .map((t, index) => ({ n: start + index + 1, t }));
  return new Attributed(rows, { total: lines.length });
}
