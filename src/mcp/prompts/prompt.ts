/**
 * What a prompt is: a task in words, data that this server reads for it, and the tools to use
 * next. What cannot be read is said, and the rest goes on without it.
 *
 * @module
 */
import type { Guest } from "../../pve/guests.ts";
import type { Answer, ListData, Row } from "../../tool/answer.ts";
import { sanitizeLine } from "../../base/text/sanitize.ts";
import { DEFAULT_LIMIT } from "../../answer/list.ts";
import type { CompletionSource } from "../completion_source.ts";

/** An argument of a prompt; MCP has texts only. */
export interface PromptArgument {
  readonly name: string;
  readonly description: string;
  readonly required?: true;
  /** What it names, for completions. */
  readonly source?: CompletionSource;
}

/** Arguments of a tool call. */
export type ToolArgs = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** Calls a tool that reads; failures are answers. */
export type Read = (tool: string, args: ToolArgs) => Promise<Answer>;

/** What was read for one heading. */
export interface Section {
  readonly heading: string;
  /** The call that reads it again, or reads more. */
  readonly call?: string;
  readonly answer: Answer;
}

/**
 * A tool to use next. The action is `default` in a tool that does one thing; `args` are the other
 * arguments in words, `node=pve1 upid=…`, or "".
 */
export type Next = readonly [tool: string, action: string, args: string, why: string];

/** What a prompt is made of. */
export interface PromptBody {
  /** What is to be done, in sentences. */
  readonly task: string;
  readonly sections: readonly (Section | undefined)[];
  readonly next: readonly Next[];
}

/** What a prompt has at hand. */
export interface PromptContext {
  readonly args: Readonly<Record<string, string>>;
  readonly read: Read;
  /** Finds a guest by number or name. */
  readonly guest: (wanted: string) => Promise<Guest>;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A prompt. */
export interface PromptSpec {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: readonly PromptArgument[];
  readonly build: (context: PromptContext) => Promise<PromptBody>;
}

/** The prompt's subject does not exist; the reason says what does. */
export class NoSuchSubject extends Error {
  override readonly name = "NoSuchSubject";
}

/** `proxmox_node_task action=list vmid=100` */
export function callText(tool: string, args: ToolArgs): string {
  const words = Object.entries(args).map(([name, value]) => {
    const text = sanitizeLine(String(value));
    return `${name}=${/\s/.test(text) ? JSON.stringify(text) : text}`;
  });
  return [tool, ...words].join(" ");
}

/** Reads what goes under a heading. */
export async function section(
  read: Read,
  heading: string,
  tool: string,
  args: ToolArgs = {},
): Promise<Section> {
  return { heading, call: callText(tool, args), answer: await read(tool, args) };
}

/** Rows of a list, each by its columns' names. */
export function rowsOf(list: ListData | undefined): Row[] {
  const { columns = [], rows = [] } = list ?? {};
  return rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index]])));
}

/**
 * Checks a node's name against the nodes that could be read.
 *
 * @throws {NoSuchSubject} When nodes could be read, and it is none of them.
 */
export function assertNode(nodes: readonly Row[], wanted: string): void {
  const names = nodes.map(({ node }) => String(node));
  if (names.length === 0 || names.includes(wanted)) return;
  throw new NoSuchSubject(`There is no node "${wanted}": there are ${names.join(", ")}`);
}

/** Rows of all pages of a list. */
export interface AllRows {
  readonly rows: readonly Row[];
  /** Rows there are, at least. */
  readonly total: number;
  /** Title and notes of the first page. */
  readonly words: readonly string[];
  /** The answer that says why there are none. */
  readonly failed?: Answer;
}

/** Reads a list page by page, `pages` at most. */
export async function allRows(
  read: Read,
  tool: string,
  args: ToolArgs,
  pages: number,
): Promise<AllRows> {
  const rows: Row[] = [];
  let words: readonly string[] = [];
  let offset = 0;
  for (let page = 0; page < pages; page++) {
    const answer = await read(tool, { ...args, limit: 10_000, offset });
    if (answer.failure) return { rows: [], total: 0, words, failed: answer };
    if (page === 0) words = [answer.title, ...(answer.notes ?? [])];
    rows.push(...rowsOf(answer.list));
    const next = answer.list?.next_offset;
    if (next === undefined) return { rows, total: rows.length, words };
    offset = next;
  }
  return { rows, total: offset + 1, words };
}

/** An answer made of rows that were worked out here; all with the same keys. */
export function computed(
  title: string,
  rows: readonly Row[],
  notes: readonly string[] = [],
): Answer {
  const columns = Object.keys(rows[0] ?? {});
  const shown = rows.slice(0, DEFAULT_LIMIT);
  const cut = rows.length - shown.length;
  return {
    title,
    list: {
      columns,
      rows: shown.map((row) => columns.map((name) => row[name] ?? null)),
      total: rows.length,
    },
    notes: [...(cut > 0 ? [`${cut} further rows are left out`] : []), ...notes],
  };
}
