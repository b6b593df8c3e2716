/**
 * An answer as Markdown. Values come from guests and users: none can end a table's cell, become a
 * link or an image, or pass for HTML.
 *
 * @module
 */
import type { TaskResult } from "../pve/tasks.ts";
import type { Answer, ListData } from "../tool/answer.ts";
import { bounded } from "./bound.ts";
import { sanitizeLine } from "../base/text/sanitize.ts";
import { fenced, titleOf } from "./render.ts";
import { span, withUnit } from "../base/text/units.ts";

/** Text that stands for itself in Markdown, on one line. */
export function literal(text: string): string {
  return sanitizeLine(text).replace(/[\\`|]/g, "\\$&").replaceAll("<", "&lt;")
    .replace(/\](?=[[(:])/g, "\\]");
}

/** A table; its cells are Markdown already. */
export function markdownTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

function listBlocks(list: ListData, more: string): string[] {
  if (list.rows.length === 0) return [];
  const rows = list.rows.map((row) =>
    row.map((cell, index) => literal(withUnit(list.columns[index] ?? "", cell)))
  );
  const table = markdownTable(list.columns.map(literal), rows);
  if (list.next_offset === undefined) return [table];
  const total = list.total.toLocaleString("en");
  return [
    table,
    `- ${list.rows.length} of ${total} shown; \`${more}\` with offset=${list.next_offset} shows more`,
  ];
}

function objectBlocks(object: Readonly<Record<string, unknown>>): string[] {
  const isText = (value: unknown): value is string =>
    typeof value === "string" && value.trim().includes("\n");
  const entries = Object.entries(object);
  const lines = entries.filter(([, value]) => !isText(value)).map(([key, value]) =>
    `- **${literal(key)}**: ${literal(withUnit(key, value))}`
  );
  const texts = entries.flatMap(([key, value]) => isText(value) ? textBlock(key, value) : []);
  return [...(lines.length > 0 ? [lines.join("\n")] : []), ...texts];
}

function textBlock(label: string, text: string): string {
  const lines = fenced(text);
  return lines.length === 0
    ? `**${literal(label)}**: empty`
    : [`**${literal(label)}**`, "", ...lines].join("\n");
}

function taskBlocks(task: TaskResult): string[] {
  const end = task.state === "running" ? "still running" : task.exitstatus ?? "unknown";
  const line = `- task ${literal(task.type)} on ${literal(task.node)}: ${literal(end)}, ${
    span(task.waited)
  }`;
  if (task.state === "ok") return [line];
  return [
    `${line}\n- UPID: ${literal(task.upid)}`,
    ...(task.log.length === 0 ? [] : [textBlock("Last lines of its log", task.log.join("\n"))]),
  ];
}

/**
 * The answer as Markdown.
 *
 * @param more The call that shows more of a list.
 */
export function renderMarkdown(answer: Answer, more: string): string {
  const shown = bounded(answer);
  const { object, list, texts = [], task, notes = [] } = shown;
  return [
    `# ${literal(titleOf(shown))}`,
    ...(object ? objectBlocks(object) : []),
    ...(list ? listBlocks(list, more) : []),
    ...texts.map(({ label, text }) => textBlock(label, text)),
    ...(task ? taskBlocks(task) : []),
    ...(notes.length > 0 ? [notes.map((note) => `- ${literal(note)}`).join("\n")] : []),
  ].join("\n\n") + "\n";
}
