/**
 * What a tool's answer states, whatever it looks like: how the call went, its title, its rows and
 * its data. How answers look is pinned in tests/answer/golden_test.ts alone.
 *
 * @module
 */
import { renderText } from "../src/answer/render.ts";
import type { FailureKind } from "../src/tool/answer.ts";
import { assertEquals, assertMatch, equal } from "./assert.ts";
import { rowsOf, type ToolAnswer } from "./harness.ts";

/** What stands before the title of an answer, as the renderer has it. */
function markOf(kind?: FailureKind): string {
  const text = renderText({ title: "TITLE", ...(kind ? { failure: { kind, reason: "" } } : {}) });
  return text.slice(0, text.indexOf("TITLE"));
}

/** What the text of an answer starts with: of a call that was done, that failed, that was denied, … */
export const MARKS = {
  done: markOf(),
  failed: markOf("error"),
  denied: markOf("denied"),
  declined: markOf("declined"),
  unconfirmed: markOf("unconfirmed"),
};

/** What stands before a detail of an answer. */
export const BULLET = renderText({ title: "", notes: ["NOTE"] }).split("\n")[1]!.replace(
  "NOTE",
  "",
);

/** A text as part of a pattern. */
export function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** True when a line of the text has these words in this order, whatever stands between them. */
export function hasLine(text: string, words: readonly string[]): boolean {
  const pattern = new RegExp(
    words.map((word) => `(?<![A-Za-z0-9-])${literally(word)}(?![A-Za-z0-9-])`).join(".*"),
  );
  return text.split("\n").some((line) => pattern.test(line));
}

interface ErrorContent {
  readonly message: string;
  readonly reason: string;
}

/** How a call went, by the text of its answer; undefined when the text does not tell. */
export function outcomeOf(text: string): keyof typeof MARKS | undefined {
  const outcomes = Object.keys(MARKS) as (keyof typeof MARKS)[];
  return outcomes.find((each) => text.startsWith(MARKS[each]));
}

function assertOutcome(
  { text, isError, structured }: ToolAnswer,
  wanted: keyof typeof MARKS,
  title: RegExp,
  label = text,
): void {
  assertEquals(outcomeOf(text), wanted, label);
  assertEquals(isError, wanted !== "done", label);
  const { summary, error } = structured as { summary?: string; error?: ErrorContent };
  assertMatch(summary ?? error?.message ?? "", title, label);
}

/** Asserts that the call was done, and its title. */
export function assertDone(answer: ToolAnswer, title = /./, label?: string): void {
  assertOutcome(answer, "done", title, label);
}

/** Asserts how a call was not done, its title and the reason. */
type AssertNotDone = (answer: ToolAnswer, title?: RegExp, reason?: RegExp, label?: string) => void;

function asserting(outcome: Exclude<keyof typeof MARKS, "done">): AssertNotDone {
  return (answer, title = /./, reason = /./, label) => {
    assertOutcome(answer, outcome, title, label);
    assertMatch((answer.structured.error as ErrorContent).reason, reason, label ?? answer.text);
  };
}

/** Asserts that the call failed. */
export const assertFailed = asserting("failed");

/** Asserts that rights, settings or protection forbid the call. */
export const assertDenied = asserting("denied");

/** Asserts that whoever was asked said no. */
export const assertDeclined = asserting("declined");

/** Asserts that the call waits to be confirmed. */
export const assertUnconfirmed = asserting("unconfirmed");

/** Some fields of a row or of data: their values, patterns of them, or fields of theirs. */
export type Fields = Readonly<Record<string, unknown>>;

function isAsWanted(value: unknown, wanted: unknown): boolean {
  if (value === undefined || value === null) return value === wanted;
  if (wanted instanceof RegExp) return wanted.test(String(value));
  const isObject = typeof wanted === "object" && wanted !== null && !Array.isArray(wanted);
  return isObject ? holds(value as Fields, wanted as Fields) : equal(value, wanted);
}

function holds(all: Fields, some: Fields): boolean {
  return Object.entries(some).every(([name, wanted]) => isAsWanted(all[name], wanted));
}

/** True when the answer is a list with such a row. */
export function hasRow(answer: ToolAnswer, fields: Fields): boolean {
  return answer.structured.columns !== undefined &&
    rowsOf(answer).some((row) => holds(row, fields));
}

/** True when the structured content has these fields. */
export function hasContent({ structured }: ToolAnswer, fields: Fields): boolean {
  return holds(structured, fields);
}

/** True when the data of the answer has these fields; undefined stands for one that it has not. */
export function hasData({ structured }: ToolAnswer, fields: Fields): boolean {
  const { data } = structured as { readonly data?: Fields };
  return data !== undefined && holds(data, fields);
}
