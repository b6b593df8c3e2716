/** Rows that filters choose among. */
import { pageOf } from "../../src/answer/list.ts";
import type { Row } from "../../src/tool/answer.ts";
import type { AnswerOptions } from "../../src/tool/context.ts";

export const ROWS: readonly Row[] = [
  { vmid: 102, name: "db01", status: "running", tags: "prod;db" },
  { vmid: 100, name: "web01", status: "running", tags: "prod;web" },
  { vmid: 101, name: "web02", status: "stopped", tags: "test" },
];

/** The first cells of the rows that fit. */
export function fitting(
  rows: readonly Row[],
  filter: string,
  options: AnswerOptions = {},
): unknown[] {
  return pageOf(rows, { ...options, filter }).rows.map(([first]) => first);
}
