/**
 * What every answer must be, whatever was asked.
 *
 * @module
 */
import type { ToolAnswer } from "../harness.ts";
import { MARKS, outcomeOf } from "../outcome.ts";
import { UNCLEAN } from "../unclean.ts";

/** Characters: some 10,000 tokens, and what frames them. */
const LARGEST = 60_000;
/** Words of our own mistakes. */
const CRASH =
  /Cannot read prop|is not a function|not iterable|call stack|\[object |Cannot convert|Invalid (array|string) length|of undefined|of null\b|Unexpected (token|end)|is not valid JSON|\b[A-Za-z_$][\w$]* is not defined(?! in schema)/;

/** All texts in a value, names of fields included. */
export function strings(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => [key, ...strings(each)]);
}

/**
 * What is wrong with an answer, or undefined.
 *
 * @param given The call's arguments as JSON: what they hold may be quoted.
 */
export function answerProblem(answer: ToolAnswer, given: string): string | undefined {
  const { text, structured, isError } = answer;
  const outcome = outcomeOf(text);
  if (outcome === undefined) return "does not say how it went";
  if (!/^\S/.test(text.slice(MARKS[outcome].length))) return "has no title";
  if (isError !== (outcome !== "done")) return "isError and its words disagree";
  if (("error" in structured) !== isError || ("summary" in structured) === isError) {
    return "structured content does not say how it went";
  }
  const json = JSON.stringify(structured);
  if (text.length > LARGEST) return `is ${text.length} characters long`;
  if (json.length > LARGEST * 1.5) return `has ${json.length} characters of structured content`;
  const unclean = [text, ...strings(structured)].find((each) => UNCLEAN.test(each));
  if (unclean !== undefined) return `is not clean: ${JSON.stringify(unclean).slice(0, 200)}`;
  const crash = isError ? CRASH.exec(text)?.[0] : undefined;
  if (crash !== undefined && !given.includes(crash)) return `shows a mistake of ours: "${crash}"`;
  return undefined;
}
