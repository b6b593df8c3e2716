/**
 * Bounds an answer to some 10,000 tokens, whatever PVE, a guest or the caller put into it, and
 * says where something was left out. All texts are cleaned on the way.
 *
 * @module
 */
import { defined } from "../base/defined.ts";
import { sanitizeText } from "../base/text/sanitize.ts";
import type { TaskResult } from "../pve/tasks.ts";
import type { Answer, Failure, ListData, TextData } from "../tool/answer.ts";

/** Characters of data, of all texts, and of the notes together, each. */
const MAX_ANSWER_CHARACTERS = 26_000;
const MAX_NOTES_CHARACTERS = 8_000;
const MAX_TITLE_CHARACTERS = 400;
const MAX_SENTENCE_CHARACTERS = 2_000;
const MAX_CELL_CHARACTERS = 4_000;
const MAX_PROBLEMS = 40;
const MAX_LOG_LINE_CHARACTERS = 1_000;

/** Names of fields and columns; of all columns together. */
const MAX_NAME_CHARACTERS = 200;
const MAX_HEADER_CHARACTERS = 8_000;
const MAX_TEXTS = 50;
const MAX_LOG_LINES = 40;
/** What a value has at the least where the room is used up. */
const MIN_CHARACTERS = 20;

/** The beginning of a text, cleaned first: what is written out in place of one character is longer. */
function begin(text: string, most: number): string {
  return sanitizeText(text.slice(0, most)).slice(0, most);
}

/** What PVE may have put in a text's place, as text. */
function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value) ?? "";
}

/** The text, its end cut off when it is longer than `most`. */
function cut(value: unknown, most: number): string {
  const text = textOf(value);
  const whole = text.length > most ? text : sanitizeText(text);
  if (whole.length <= most) return whole;
  return `${begin(whole, most)}… (${(whole.length - most).toLocaleString("en")} characters more)`;
}

/** Head and tail of a text: the end of a log tells most. */
function ends(value: unknown, most: number): string {
  const text = textOf(value);
  const whole = text.length > most ? text : sanitizeText(text);
  if (whole.length <= most) return whole;
  const half = Math.floor(most / 2);
  const left = (whole.length - 2 * half).toLocaleString("en");
  const tail = sanitizeText(whole.slice(-half)).slice(-half);
  return `${begin(whole, half)}\n… ${left} characters left out …\n${tail}`;
}

/** Room that is used up as values are copied. */
class RemainingSpace {
  constructor(private left: number) {}

  /** The value as far as it fits; what is left out is counted in its place. */
  fit(value: unknown): unknown {
    this.left -= 4;
    if (typeof value === "string") {
      const fitting = ends(value, Math.max(200, this.left));
      this.left -= fitting.length;
      return fitting;
    }
    if (Array.isArray(value)) return this.#items(value);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(this.#entries(value as Readonly<Record<string, unknown>>));
  }

  get isUsedUp(): boolean {
    return this.left <= 0;
  }

  /** A cell of a table, in its own share of the room. */
  cell(value: unknown): unknown {
    const most = Math.max(MIN_CHARACTERS, Math.min(MAX_CELL_CHARACTERS, this.left));
    const fitting = typeof value === "string"
      ? cut(value, most)
      : typeof value === "object" && value !== null
      ? new RemainingSpace(most).fit(value)
      : value;
    this.left -= typeof fitting === "object" && fitting !== null
      ? JSON.stringify(fitting).length
      : String(fitting).length;
    return fitting;
  }

  #items(values: readonly unknown[]): unknown[] {
    const fitting: unknown[] = [];
    for (const value of values) {
      if (this.left <= 0) return [...fitting, `… ${values.length - fitting.length} more`];
      fitting.push(this.fit(value));
    }
    return fitting;
  }

  #entries(object: Readonly<Record<string, unknown>>): [string, unknown][] {
    const fitting: [string, unknown][] = [];
    const names = Object.keys(object);
    for (const name of names) {
      if (this.left <= 0) return [...fitting, ["…", `${names.length - fitting.length} more`]];
      const shown = cut(name, MAX_NAME_CHARACTERS);
      this.left -= shown.length;
      fitting.push([shown, this.fit(object[name])]);
    }
    return fitting;
  }
}

/** The first columns, as far as their names fit. */
function boundColumns(columns: readonly string[]): string[] {
  const shown: string[] = [];
  let left = MAX_HEADER_CHARACTERS;
  for (const column of columns) {
    const name = cut(column, MAX_NAME_CHARACTERS);
    left -= name.length + 3;
    if (left < 0) break;
    shown.push(name);
  }
  return shown;
}

/**
 * The list. Where there are too many columns, a last one says so; rows that do not fit are left to
 * the next page.
 */
function boundList(list: ListData): ListData {
  const shown = boundColumns(list.columns);
  const more = list.columns.length - shown.length;
  const space = new RemainingSpace(MAX_ANSWER_CHARACTERS);
  const rows: unknown[][] = [];
  for (const row of list.rows) {
    if (rows.length > 0 && space.isUsedUp) break;
    const cells = row.slice(0, shown.length).map((value) => space.cell(value));
    rows.push(more === 0 ? cells : [...cells, null]);
  }
  const left = list.rows.length - rows.length;
  return {
    ...list,
    columns: more === 0 ? shown : [...shown, `… ${more} more`],
    rows,
    ...(left === 0
      ? {}
      : { next_offset: (list.next_offset ?? list.total) - left, cut_for_size: true }),
  };
}

function boundTexts(texts: readonly TextData[]): TextData[] {
  const shown = texts.slice(0, MAX_TEXTS);
  const share = MAX_ANSWER_CHARACTERS / Math.max(1, shown.length);
  return shown.map(({ label, text }) => ({
    label: cut(label, MAX_TITLE_CHARACTERS),
    text: ends(text, share),
  }));
}

function boundObject(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return new RemainingSpace(MAX_ANSWER_CHARACTERS).fit(object) as Record<string, unknown>;
}

function boundTask(task: TaskResult): TaskResult {
  const { upid, node, type, id, exitstatus } = task;
  return {
    ...task,
    upid: cut(upid, MAX_TITLE_CHARACTERS),
    node: cut(node, MAX_NAME_CHARACTERS),
    type: cut(type, MAX_NAME_CHARACTERS),
    id: cut(id, MAX_NAME_CHARACTERS),
    log: task.log.slice(-MAX_LOG_LINES).map((line) => cut(line, MAX_LOG_LINE_CHARACTERS)),
    ...defined({ exitstatus: exitstatus && cut(exitstatus, MAX_SENTENCE_CHARACTERS) }),
  };
}

function boundNotes(notes: readonly string[]): string[] {
  const shown: string[] = [];
  let left = MAX_NOTES_CHARACTERS;
  for (const note of notes) {
    const text = cut(note, MAX_SENTENCE_CHARACTERS);
    if (text.length >= left) break;
    left -= text.length;
    shown.push(text);
  }
  return shown;
}

function boundFailure(failure: Failure): Failure {
  const problems = Object.entries(failure.parameters ?? {});
  const shown = problems.slice(0, MAX_PROBLEMS).map((
    [name, text],
  ) => [cut(name, 80), cut(text, 600)]);
  const more = problems.length - shown.length;
  return {
    kind: failure.kind,
    reason: cut(failure.reason, MAX_SENTENCE_CHARACTERS),
    ...defined({
      parameters: failure.parameters && {
        ...Object.fromEntries(shown),
        ...defined({ "…": more > 0 ? `${more} more` : undefined }),
      },
    }),
  };
}

/** The answer, cleaned and bounded in all its parts. */
export function bounded(answer: Answer): Answer {
  const { title, cluster, list, object, texts, image, task, asked, notes, failure } = answer;
  return {
    title: cut(title, MAX_TITLE_CHARACTERS),
    ...defined({
      cluster,
      list: list && boundList(list),
      object: object && boundObject(object),
      texts: texts && boundTexts(texts),
      image,
      task: task && boundTask(task),
      // Its lines are bounded where they are made; what decides stands first in each.
      asked: asked?.map((line) => cut(line, MAX_NOTES_CHARACTERS)),
      notes: notes && boundNotes(notes),
      failure: failure && boundFailure(failure),
    }),
  };
}
