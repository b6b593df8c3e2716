/**
 * Cleans text from guests, logs and notes, which is not trusted: what could control a terminal or
 * hide in a line is taken out or made visible.
 *
 * @module
 */

const ESCAPE = "\x1b";
/** Control sequences, control strings and escape sequences of terminals, as in ECMA-48. */
const TERMINAL = new RegExp(
  [
    `(?:${ESCAPE}\\[|\x9b)[0-?]*[ -/]*[@-~]`,
    `(?:${ESCAPE}[\\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07${ESCAPE}\x9c]*(?:\x07|${ESCAPE}\\\\|\x9c)`,
    `${ESCAPE}[ -/]*[0-~]`,
  ].join("|"),
  "g",
);
/** Control characters but newline and tab. */
const CONTROLS = /(?![\n\t])\p{Cc}/gu;
/** Characters that are not seen or that turn the direction of text. */
const INVISIBLE =
  /[\u00ad\u034f\u061c\u180b-\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0e\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e01ef}]/gu;

/** The text without terminal sequences, control, bidirectional and invisible characters. */
export function sanitizeText(text: string): string {
  const lines = text.replace(TERMINAL, "").replace(/\r\n?/g, "\n");
  return lines.replace(CONTROLS, "").replace(INVISIBLE, "").toWellFormed();
}

/** The text on one line, cleaned. */
export function sanitizeLine(text: string): string {
  return sanitizeText(text).replace(/\s*\n\s*/g, " ⏎ ").trim();
}

/** The value with every text in it cleaned, keys included. */
export function sanitizeValue(value: unknown): unknown {
  if (typeof value === "string") return sanitizeText(value);
  if (Array.isArray(value)) return value.map(sanitizeValue);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [sanitizeText(key), sanitizeValue(each)]),
  );
}
