/**
 * Bounds an answer to some 10,000 tokens, whatever PVE, a guest or the caller put into it, and
 * says where something was left out.
 *
 * @module
 */
import { defined } from "../base/defined.ts";
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

/** The text, its end cut off when it is longer than `most`. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const left = text.slice(0, most);
  return `${left}… (${(text.length - most).toLocaleString("en")} characters more)`;
}

/** Head and tail of a text: the end of a log tells most. */
function ends(text: string, most: number): string {
  if (text.length <= most) return text;
  const half = Math.floor(most / 2);
  const left = (text.length - 2 * half).toLocaleString("en");
  return `${text.slice(0, half)}\n… ${left} characters left out …\n${text.slice(-half)}`;
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
    return Object.fromEntries(this.#entries(Object.entries(value)));
  }

  #items(values: readonly unknown[]): unknown[] {
    const fitting: unknown[] = [];
    for (const value of values) {
      if (this.left <= 0) return [...fitting, `… ${values.length - fitting.length} more`];
      fitting.push(this.fit(value));
    }
    return fitting;
  }

  #entries(entries: readonly (readonly [string, unknown])[]): [string, unknown][] {
    const fitting: [string, unknown][] = [];
    for (const [name, value] of entries) {
      if (this.left <= 0) return [...fitting, ["…", `${entries.length - fitting.length} more`]];
      this.left -= name.length;
      fitting.push([name, this.fit(value)]);
    }
    return fitting;
  }
}

function boundList(list: ListData): ListData {
  const cell = (value: unknown): unknown => {
    if (typeof value === "string") return cut(value, MAX_CELL_CHARACTERS);
    return typeof value === "object" && value !== null
      ? new RemainingSpace(MAX_CELL_CHARACTERS).fit(value)
      : value;
  };
  return { ...list, rows: list.rows.map((row) => row.map(cell)) };
}

function boundTexts(texts: readonly TextData[]): TextData[] {
  const share = MAX_ANSWER_CHARACTERS / Math.max(1, texts.length);
  return texts.map(({ label, text }) => ({
    label: cut(label, MAX_TITLE_CHARACTERS),
    text: ends(text, share),
  }));
}

function boundObject(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return new RemainingSpace(MAX_ANSWER_CHARACTERS).fit(object) as Record<string, unknown>;
}

function boundTask(task: TaskResult): TaskResult {
  const { exitstatus } = task;
  return {
    ...task,
    log: task.log.map((line) => cut(line, MAX_LOG_LINE_CHARACTERS)),
    ...defined({ exitstatus: exitstatus && cut(exitstatus, MAX_SENTENCE_CHARACTERS) }),
  };
}

function boundNotes(notes: readonly string[]): string[] {
  let left = MAX_NOTES_CHARACTERS;
  return notes.map((note) => cut(note, MAX_SENTENCE_CHARACTERS)).filter((note) =>
    (left -= note.length) > 0
  );
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

/** The answer, bounded in all its parts. */
export function bounded(answer: Answer): Answer {
  const { title, list, object, texts, task, asked, notes, failure } = answer;
  return {
    title: cut(title, MAX_TITLE_CHARACTERS),
    ...defined({
      list: list && boundList(list),
      object: object && boundObject(object),
      texts: texts && boundTexts(texts),
      task: task && boundTask(task),
      // Its lines are bounded where they are made; what decides stands first in each.
      asked: asked?.map((line) => cut(line, MAX_NOTES_CHARACTERS)),
      notes: notes && boundNotes(notes),
      failure: failure && boundFailure(failure),
    }),
  };
}
