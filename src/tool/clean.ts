/**
 * Text from guests, logs and notes is not trusted: what could steer a terminal, hide in a line or
 * read as an instruction from elsewhere is taken out or made visible.
 *
 * @module
 */
import { stripVTControlCharacters } from "node:util";

/** Control characters but newline and tab. */
const CONTROLS = /(?![\n\t])\p{Cc}/gu;
/** Characters that are not seen or that turn the direction of text. */
const INVISIBLE =
  /[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff]|[\u{e0000}-\u{e007f}]/gu;

/** The text without terminal sequences, control, bidirectional and invisible characters. */
export function cleanText(text: string): string {
  const lines = stripVTControlCharacters(text).replace(/\r\n?/g, "\n");
  return lines.replace(CONTROLS, "").replace(INVISIBLE, "");
}

/** The text on one line, cleaned. */
export function cleanLine(text: string): string {
  return cleanText(text).replace(/\s*\n\s*/g, " ⏎ ").trim();
}

/** The value with every text in it cleaned, keys included. */
export function cleanValue(value: unknown): unknown {
  if (typeof value === "string") return cleanText(value);
  if (Array.isArray(value)) return value.map(cleanValue);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [cleanText(key), cleanValue(each)]),
  );
}
