/**
 * Reduces an answer that is no list to the fields that were asked for, and says which options only
 * lists have.
 *
 * @module
 */
import type { Answer, Row } from "../tool/answer.ts";
import type { AnswerOptions } from "../tool/context.ts";
import { FieldNames, isIdlePressure } from "./fields.ts";

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

/** The answer as its options want it. A list has seen to its own. */
export function chosen(answer: Answer, options: AnswerOptions): Answer {
  const { list, object, notes = [] } = answer;
  if (list) return answer;
  const idle: string[] = OF_LISTS.filter((name) => options[name] !== undefined);
  const { fields } = options;
  if (fields && !object) idle.push("fields");
  const said = idle.length === 0
    ? []
    : [`Without effect, since the answer is no list: ${idle.join(", ")}`];
  const telling = (): string[] =>
    Object.keys(object ?? {}).filter((name) => !isIdlePressure(name, object?.[name]));
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
