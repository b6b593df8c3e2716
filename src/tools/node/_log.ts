/**
 * Logs that PVE hands out in pages, oldest line first: answered with the newest lines unless a
 * start is asked for.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import type { PveAnswer } from "../../pve/client.ts";
import type { Args } from "../../pve/encode.ts";
import { isOvertaken, READ_FOR_ONE } from "../../pve/tasks.ts";
import type { Answer, TextData } from "../../tool/answer.ts";

/** Lines shown unless the caller asks for another number. */
export const DEFAULT_LINES = 50;

/** Which lines of a log: the first one, counted from 0, and how many. */
export interface LogPage {
  readonly start: number;
  readonly limit: number;
}

interface LogRow {
  readonly n: number;
  readonly t: string;
}

/** Lines of a log and where they stand in it. */
export interface LogLines {
  readonly lines: readonly string[];
  /** Number of the first of them, counted from 0. */
  readonly start: number;
  readonly total: number;
  /** Lines between the first and the last of them that are not among them. */
  readonly leftOut?: number;
}

/** What PVE writes in place of an empty log. */
function isFiller(line: string): boolean {
  return line === "no content" || line === "-- No entries --";
}

function linesOf({ data, total }: PveAnswer, start: number): LogLines {
  const rows = (data ?? []) as readonly LogRow[];
  const lines = rows.map((row) => row.t);
  if (lines.length === 1 && isFiller(lines[0] ?? "")) return { lines: [], start: 0, total: 0 };
  return { lines, start, total: total ?? start + lines.length };
}

/** The asked lines of a log, or its newest ones. `limit` 0 is all of it. */
export async function readLog(
  ask: (page: LogPage) => Promise<PveAnswer>,
  { start, limit }: Args,
): Promise<LogLines> {
  const wanted = Number(limit ?? DEFAULT_LINES);
  const first = Number(start ?? 0);
  const page = linesOf(await ask({ start: first, limit: wanted }), first);
  if (start !== undefined || wanted === 0 || page.total <= wanted) return page;
  const tail = page.total - wanted;
  return linesOf(await ask({ start: tail, limit: wanted }), tail);
}

/** The newest lines of a task's log, without progress that later lines overtake. */
export async function readTaskTail(
  ask: (page: LogPage) => Promise<PveAnswer>,
  most: number,
): Promise<LogLines> {
  const log = await readLog(ask, { limit: most * READ_FOR_ONE });
  const kept = log.lines.flatMap((_, index) => isOvertaken(log.lines, index) ? [] : [index])
    .slice(-most);
  const [first = 0] = kept;
  return {
    ...log,
    lines: kept.map((index) => log.lines[index] ?? ""),
    start: log.start + first,
    leftOut: log.lines.length - first - kept.length,
  };
}

/** `lines 951 to 1000 of 1,000, 30 of progress left out` */
function whichLines({ lines, start, total, leftOut = 0 }: LogLines): string {
  if (lines.length === 0) return total === 0 ? "empty" : `no line past ${total}`;
  const without = leftOut === 0 ? "" : `, ${leftOut} of progress left out`;
  return `lines ${start + 1} to ${start + lines.length + leftOut} of ${total}${without}`;
}

function textOf(lines: readonly string[]): TextData {
  return { label: "Log", text: lines.join("\n") };
}

export function linesAnswer(log: LogLines, title: string): Answer {
  const older = log.start > 0 && log.lines.length > 0;
  return {
    title: `${title}: ${whichLines(log)}`,
    ...defined({
      texts: log.lines.length === 0 ? undefined : [textOf(log.lines)],
      notes: older
        ? [`start=${Math.max(0, log.start - log.lines.length)} for older ones`]
        : undefined,
    }),
  };
}

/** Last lines of a log of unknown length as an answer. */
export function newestLines(lines: readonly string[], title: string): Answer {
  if (lines.length === 0) return { title: `${title}: no lines` };
  return {
    title: `${title}: newest ${lines.length} lines`,
    texts: [textOf(lines)],
  };
}

/** The asked lines of a log as an answer. */
export async function logAnswer(
  ask: (page: LogPage) => Promise<PveAnswer>,
  args: Args,
  title: string,
): Promise<Answer> {
  return linesAnswer(await readLog(ask, args), title);
}
