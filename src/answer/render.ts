/**
 * Puts an answer into words and into structured content: the same facts in both, because some
 * clients show the model only one of them.
 *
 * @module
 */
import { defined } from "../base/defined.ts";
import type { TaskResult } from "../pve/tasks.ts";
import type { Answer, FailureKind, ImageData, ListData, TextData } from "../tool/answer.ts";
import { bounded } from "./bound.ts";
import { sanitizeLine, sanitizeText, sanitizeValue } from "../base/text/sanitize.ts";
import { isoRows, isoTimes, unitsOf } from "./machine_values.ts";
import { span, unitsOfField, withUnit } from "../base/text/units.ts";

/** What a tool call answers, as MCP has it. */
export interface Rendered {
  readonly content: readonly [
    { readonly type: "text"; readonly text: string },
    ...({ readonly type: "image" } & ImageData)[],
  ];
  readonly structuredContent: Readonly<Record<string, unknown>>;
  readonly isError?: true;
}

/** A value in a table: it cannot end its cell, nor the row. */
function cellText(text: string): string {
  return sanitizeLine(text).replaceAll("|", "\\|");
}

/** A row; one that would read as a fence, or as an answer of its own, begins with a bar. */
function tableLine(line: string): string {
  return /^(✅|❌|🚫|⏸|•|`|~)/u.test(line) ? `| ${line}` : line;
}

function tableLines(list: ListData): string[] {
  if (list.rows.length === 0) return [];
  const columns = list.columns.map((name) => ({ name, unit: unitsOfField(name) }));
  const textOf = (cell: unknown, index: number): string => {
    const { name = "", unit } = columns[index] ?? {};
    const text = withUnit(name, cell, unit);
    return typeof cell === "number" ? text : cellText(text);
  };
  const rows = list.rows.map((row) => tableLine(row.map(textOf).join(" | ")));
  const offset = list.next_offset === undefined ? list.total : list.next_offset;
  const more = list.next_offset === undefined ? [] : [
    `• ${list.rows.length} of ${list.total.toLocaleString("en")} shown${
      list.cut_for_size ? ", cut for size" : ""
    }; offset ${offset} for more`,
  ];
  return [tableLine(list.columns.map(cellText).join(" | ")), ...rows, ...more];
}

function objectLines(object: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(object).flatMap(([key, value]) =>
    typeof value === "string" && value.trim().includes("\n")
      ? textLines({ label: `• ${key}`, text: value })
      : [`• ${sanitizeLine(key)}: ${sanitizeLine(withUnit(key, value))}`]
  );
}

/** A fence longer than any run of backticks in the text, so that the text cannot end it. */
function fence(text: string): string {
  let longest = 2;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return "`".repeat(longest + 1);
}

/** Untrusted text between fences, cleaned; nothing when it is empty. */
export function fenced(text: string): string[] {
  const clean = sanitizeText(text).replace(/(?<!\n)\n+$/, "");
  if (clean === "") return [];
  const marks = fence(clean);
  return [marks, clean, marks];
}

function textLines({ label, text }: TextData): string[] {
  const lines = fenced(text);
  const name = sanitizeLine(label);
  return lines.length === 0 ? [`${name}: empty`] : [`${name}:`, ...lines];
}

function wentWell({ state }: TaskResult): boolean {
  return state === "ok";
}

function taskLines(task: TaskResult): string[] {
  const end = task.state === "running" ? "still running" : task.exitstatus ?? "unknown";
  const line = sanitizeLine(`• task ${task.type} on ${task.node}: ${end}, ${span(task.waited)}`);
  if (wentWell(task)) return [line];
  const lines = [line, sanitizeLine(`• UPID: ${task.upid}`)];
  return task.log.length === 0
    ? lines
    : [...lines, ...textLines({ label: "Last lines of its log", text: task.log.join("\n") })];
}

/** The title, after the name of its cluster where there are several. */
export function titleOf({ title, cluster }: Answer): string {
  return cluster === undefined ? title : `${cluster}: ${title}`;
}

/** How an answer begins whose call was not done. */
const HEADS: Readonly<Record<FailureKind, string>> = {
  error: "❌ Error",
  denied: "🚫 Permission Denied",
  declined: "🚫 Declined",
  unconfirmed: "⏸ Not done yet",
};

function headLines(answer: Answer): string[] {
  const { failure } = answer;
  const title = sanitizeLine(titleOf(answer));
  if (!failure) return [`✅ ${title}`];
  const problems = Object.entries(failure.parameters ?? {}).map(([name, text]) =>
    `• ${sanitizeLine(name)}: ${sanitizeLine(text)}`
  );
  const reason = sanitizeLine(failure.reason);
  return [
    `${HEADS[failure.kind]}: ${title}`,
    failure.kind === "error" ? `Reason: ${reason}` : reason,
    ...problems,
  ];
}

function notesOf({ asked = [], notes = [] }: Answer): string[] {
  return [...asked, ...notes];
}

/** The task without its number and log, which nobody needs when it went well. */
function briefTask(task: TaskResult): Partial<TaskResult> {
  if (!wentWell(task)) return task;
  const { upid: _upid, log: _log, ...brief } = task;
  return brief;
}

function structured(answer: Answer): Record<string, unknown> {
  const { title, cluster, list, object, texts, task, failure } = answer;
  const notes = notesOf(answer);
  const { hint: _inNotes, ...page } = list ?? {};
  const units = unitsOf({ list, object });
  return sanitizeValue({
    ...(failure
      ? {
        error: {
          message: title,
          reason: failure.reason,
          ...defined({ parameters: failure.parameters }),
        },
      }
      : { summary: title }),
    ...page,
    ...defined({
      cluster,
      rows: list && isoRows(list),
      units,
      data: object && isoTimes(object),
      texts: texts && Object.fromEntries(texts.map(({ label, text }) => [label, text])),
      task: task && briefTask(task),
      notes: notes.length > 0 ? notes : undefined,
    }),
  }) as Record<string, unknown>;
}

/** What an answer says below its title; what a task warns of comes before all else. */
export function bodyLines(answer: Answer): string[] {
  const { task } = answer;
  const warns = task?.state === "warnings";
  return [
    ...(task && warns ? taskLines(task) : []),
    ...(answer.object ? objectLines(answer.object) : []),
    ...(answer.list ? tableLines(answer.list) : []),
    ...(answer.texts ?? []).flatMap(textLines),
    ...(task && !warns ? taskLines(task) : []),
    ...notesOf(answer).map((note) => `• ${sanitizeLine(note)}`),
  ];
}

export function renderText(answer: Answer): string {
  return [...headLines(answer), ...bodyLines(answer)].join("\n");
}

/** The answer as MCP sends it. */
export function render(answer: Answer): Rendered {
  const sent = bounded(answer);
  return {
    content: [
      { type: "text", text: renderText(sent) },
      ...(sent.image ? [{ type: "image", ...sent.image } as const] : []),
    ],
    structuredContent: structured(sent),
    ...(answer.failure ? { isError: true } : {}),
  };
}
