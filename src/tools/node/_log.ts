/**
 * Logs that PVE hands out in pages, oldest line first: answered with the newest lines unless a
 * start is asked for.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import type { PveAnswer } from "../../pve/client.ts";
import type { Args } from "../../pve/encode.ts";
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

/** `lines 951 to 1000 of 1,000` */
function whichLines({ lines, start, total }: LogLines): string {
  if (lines.length === 0) return total === 0 ? "empty" : `no line past ${total}`;
  return `lines ${start + 1} to ${start + lines.length} of ${total}`;
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
