/**
 * Reduces an answer that is no list to the fields that were asked for, and says which options only
 * lists have.
 *
 * @module
 */
import type { Answer, Row } from "../tool/answer.ts";
import type { AnswerOptions } from "../tool/context.ts";
import { FieldNames, saysNothing } from "./fields.ts";

const OF_LISTS = ["limit", "offset", "filter", "sort", "group"] as const;

/** Fields of an object, by the names that callers have for them; a note names those it has not. */
function chosenFields(
  object: Row,
  fields: readonly string[],
): { readonly object: Row; readonly notes: readonly string[] } {
  const names = new FieldNames([object]);
  const found = fields.map((word) => names.find(word)).filter((name) => name !== undefined);
  const missing = fields.filter((word) => names.find(word) === undefined);
  return {
    object: Object.fromEntries(found.map((name) => [name, object[name]])),
    notes: missing.map((word) =>
      `"${word}" is not set or no field here. ${names.suggestion(word)}`
    ),
  };
}

/** Lines of logs and other texts with all words of a filter. */
function withMatchingLines(answer: Answer, filter: string): Answer {
  const { texts = [], notes = [] } = answer;
  const words = filter.toLowerCase().split(/\s+/).filter((word) => word !== "");
  const kept = texts.map(({ label, text }) => {
    const lines = text.split("\n");
    const fitting = lines.filter((line) =>
      words.every((word) => line.toLowerCase().includes(word))
    );
    return { label, text: fitting.join("\n"), note: `${fitting.length} of ${lines.length} lines` };
  });
  return {
    ...answer,
    texts: kept.filter(({ text }) => text !== "").map(({ label, text }) => ({ label, text })),
    notes: [...notes, ...kept.map(({ note }) => `"${filter}" is in ${note} of these`)],
  };
}

/** The answer as its options want it. A list has seen to its own. */
export function chosen(given: Answer, options: AnswerOptions): Answer {
  if (given.list) return given;
  const { filter } = options;
  const isOfLines = filter !== undefined && given.texts !== undefined && !given.object;
  const answer = isOfLines ? withMatchingLines(given, filter) : given;
  const { object, notes = [] } = answer;
  const idle: string[] = OF_LISTS.filter((name) =>
    options[name] !== undefined && !(isOfLines && name === "filter")
  );
  const { fields } = options;
  if (fields && !object) idle.push("fields");
  const said = idle.length === 0
    ? []
    : [`Without effect, since the answer is no list: ${idle.join(", ")}`];
  const telling = (): string[] =>
    Object.keys(object ?? {}).filter((name) => object && !saysNothing(name, object));
  const wanted = fields ?? telling();
  if (!object || !wanted || wanted.includes("all") || wanted.includes("*")) {
    return { ...answer, notes: [...notes, ...said] };
  }
  const some = chosenFields(object, wanted);
  return {
    ...answer,
    object: some.object,
    notes: [...notes, ...(fields ? some.notes : []), ...said],
  };
}
