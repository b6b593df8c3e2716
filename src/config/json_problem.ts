/**
 * Says where a text is no JSON and what stands there, by the mistakes that people make in files that
 * they write by hand. Nothing of the text is repeated, as it may hold a secret.
 *
 * @module
 */
import { errorMessage } from "../base/text/error_message.ts";

/** What people write that is no JSON, outside of texts. */
const MISTAKES: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/\/[/*]|#/, "JSON has no comments"],
  [/['`‘’“”„]/, 'JSON has straight double quotation marks (") alone'],
  [/,(?=\s*[}\]])/, "JSON has no comma before a closing bracket"],
  [/(?<=["}\]\w])\s*?\n\s*(?=["{[])/, "JSON has a comma between two entries"],
  [/(?<=[{,]\s*)\w+(?=\s*:)/, "JSON has names in double quotation marks"],
];

/** The text with dots in place of what stands in quotation marks. */
function withoutTexts(text: string): string {
  return text.replace(
    /"(?:\\.|[^"\\\n])*"/g,
    (quoted) => `"${".".repeat(quoted.length - 2)}"`,
  );
}

/** What is wrong with a text of which JSON.parse() threw this error. */
export function jsonProblem(error: unknown, text: string): string {
  const plain = withoutTexts(text);
  const [first] = MISTAKES.flatMap(([pattern, what]) => {
    const { index } = pattern.exec(plain) ?? {};
    return index === undefined ? [] : [{ index, what }];
  }).sort((one, other) => one.index - other.index);
  const message = errorMessage(error);
  const [, position] = /at position (\d+)/.exec(message) ?? [];
  const isCut = /unexpected end|unterminated/i.test(message) ||
    Number(position) >= text.trimEnd().length;
  const index = first?.index ?? Number(position ?? text.length);
  const what = first?.what ??
    (isCut ? "it ends before all is closed" : "what stands there is none");
  return `expected JSON, in line ${text.slice(0, index).split("\n").length}: ${what}`;
}
