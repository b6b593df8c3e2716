/**
 * What a report is, and its answer: short whatever the size of the cluster, with what to do at its
 * end.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { sanitizeLine } from "../../base/text/sanitize.ts";
import { counted, withUnit } from "../../base/text/units.ts";
import type { Answer, Row } from "../../tool/answer.ts";
import type { AnswerOptions, ListSpec } from "../../tool/context.ts";
import { pageOf } from "../../answer/list.ts";
import { urgencyOf } from "./_finding.ts";

/** Characters of all rows that are shown unless the caller asks for a number: some 700 tokens. */
const MAX_ROWS_CHARACTERS = 2_000;
/** Characters of one cell: reasons that PVE gives may be long. */
const MAX_CELL_CHARACTERS = 140;
const MAX_NOTE_CHARACTERS = 300;
/** Most sentences about what was not seen. */
const MAX_UNSEEN = 4;

/** `1 of 3 running guests stays down, of 2 it is not known`; `what becomes of 3 is not known`. */
export function shareText(
  all: number,
  unknown: number,
  words: { readonly known: string; readonly none: string },
): string {
  if (unknown === all && all > 0) return `${words.none} of ${counted(all, "guest")} is not known`;
  return `${words.known}${unknown > 0 ? `, of ${unknown} it is not known` : ""}`;
}

/** What a report says. */
export interface Report {
  /** The answer to the question in a sentence. */
  readonly title: string;
  /** Facts beside the rows, one line each. */
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly columns: readonly string[];
  /** The most urgent first. */
  readonly rows: readonly Row[];
  /** The order of the rows, by which those of several clusters become one list. */
  readonly order?: ListSpec["order"];
  /** What could not be seen. */
  readonly unseen: readonly string[];
  /** What it is not about, whatever the token may see. */
  readonly limits?: readonly string[];
  /** What to do by which call: `proxmox_node_task action=log upid=… — why it failed`. */
  readonly next: readonly string[];
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

function shortRow(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === "string" ? cut(sanitizeLine(value), MAX_CELL_CHARACTERS) : value,
    ]),
  );
}

/** How many rows fit. */
function fitting(rows: readonly Row[], columns: readonly string[]): number {
  let left = MAX_ROWS_CHARACTERS;
  const last = rows.findIndex((row) => {
    for (const name of columns) left -= withUnit(name, row[name]).length + 3;
    return left < 0;
  });
  return last < 0 ? rows.length : Math.max(1, last);
}

/** The order of rows that say how urgent they are. */
function urgentFirst(one: Row, other: Row): number {
  return urgencyOf(one) - urgencyOf(other);
}

/** The answer that says what a report says. */
export function answerOf(report: Report, options: AnswerOptions): Answer {
  const { title, facts, columns, unseen, limits = [], next } = report;
  const rows = report.rows.map(shortRow);
  const order = report.order ?? urgentFirst;
  const page = pageOf(rows, options, { columns, order, fits: fitting });
  const hidden = unseen.length - MAX_UNSEEN;
  const notes = [
    ...unseen.slice(0, MAX_UNSEEN),
    ...(hidden > 0 ? [`${counted(hidden, "more thing")} could not be seen`] : []),
    ...limits,
    ...next.map((call) => `Next: ${call}`),
  ];
  return {
    title: unseen.length === 0 ? title : `As far as could be seen: ${title}`,
    ...defined({ object: facts, list: rows.length > 0 ? page : undefined }),
    notes: notes.map((note) => cut(note, MAX_NOTE_CHARACTERS)),
  };
}
