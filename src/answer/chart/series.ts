/**
 * Answers series in numbers, and on demand as a picture or in a line of bars as well: of the same
 * numbers.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import type { Args } from "../../pve/encode.ts";
import type { Answer, Row } from "../../tool/answer.ts";
import type { AnswerOptions } from "../../tool/context.ts";
import type { ExtraParam } from "../../tool/define.ts";
import { rrdAnswer, type Summary } from "../rrd.ts";

/** What actions that answer a series take beside their own parameters. */
export const CHART_PARAMS = {
  chart: { type: "boolean" },
  sparkline: { type: "boolean", unlisted: true },
} as const satisfies Readonly<Record<string, ExtraParam>>;

/** The arguments of an action without those that say how its series is shown. */
export function withoutChart({ chart: _chart, sparkline: _sparkline, ...args }: Args): Args {
  return args;
}

/** Each summary with its series as a line of bars, where it moves. */
async function withTrends(
  object: NonNullable<Answer["object"]>,
  rows: readonly Row[],
): Promise<Answer["object"]> {
  const { sparkline } = await import("./sparkline.ts");
  return Object.fromEntries(
    Object.entries(object).map(([field, summary]) => {
      if (typeof summary !== "object") return [field, summary];
      const trend = sparkline(
        rows.map((row) => typeof row[field] === "number" ? row[field] : null),
      );
      return [field, { ...(summary as Summary), ...defined({ trend }) }];
    }),
  );
}

/**
 * The answer to a question for a series.
 *
 * @param data As for `rrdAnswer`.
 * @param args Of the call: `chart`, `sparkline`, `timeframe`.
 */
export async function seriesAnswer(
  data: unknown,
  args: Args,
  options: AnswerOptions,
  title: string,
): Promise<Answer> {
  const answer = rrdAnswer(data, options, title);
  const rows = ((data ?? []) as readonly Row[])
    .toSorted((one, other) => Number(one.time) - Number(other.time));
  const { object } = answer;
  if (object === undefined) return answer;
  const image = args.chart !== true ? undefined : await (await import("./chart.ts")).chartOf(
    rows,
    `${title}, last ${args.timeframe} (UTC)`,
    options.fields?.includes("all") ? undefined : options.fields,
  );
  return {
    ...answer,
    ...defined({
      object: args.sparkline === true ? await withTrends(object, rows) : object,
      image,
    }),
  };
}
