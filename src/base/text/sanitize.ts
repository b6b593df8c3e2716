/**
 * Cleans text from guests, logs and notes, which is not trusted: what could control a terminal is
 * taken out, and what is not seen is written out, so that nothing hides in a line or stands unseen
 * before its first word.
 *
 * @module
 */

import { mappedTexts } from "../mapped.ts";

const ESCAPE = "\x1b";
/**
 * Control sequences, control strings and escape sequences of terminals, as in ECMA-48. A string ends
 * before the next one at the latest: many that never end would else take quadratic time.
 */
const TERMINAL = new RegExp(
  [
    `(?:${ESCAPE}\\[|\x9b)[0-?]*[ -/]*[@-~]`,
    `(?:${ESCAPE}[\\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07${ESCAPE}\x90\x98\x9c-\x9f]*(?:\x07|${ESCAPE}\\\\|\x9c)`,
    `${ESCAPE}[ -/]*[0-~]`,
  ].join("|"),
  "g",
);
/** Control characters but newline and tab. */
const CONTROLS = /(?![\n\t])\p{Cc}/gu;
/** Spaces of other widths. */
const SPACES = /(?! )\p{Zs}/gu;

/** Scripts that are not written right without joiners between their letters. */
const JOINING = [
  ...["Arabic", "Syriac", "Mongolian", "Nko", "Devanagari", "Bengali", "Gurmukhi", "Gujarati"],
  ...["Oriya", "Tamil", "Telugu", "Kannada", "Malayalam", "Sinhala", "Tibetan", "Myanmar", "Khmer"],
].map((script) => `\\p{Script=${script}}`).join("");
/** Seen as nothing or as a blank, though Unicode does not say that they may be ignored. */
const BLANKS = [
  ...["\u2028\u2029", "\ufff9-\ufffb"], // Ends of lines and paragraphs; annotations.
  ...["\u2800", "\u{13430}-\u{13446}", "\u{16fe4}", "\u{1d159}"], // Braille, hieroglyphs, Khitan, music.
].join("");
/**
 * What is not seen; what turns the direction of text is part of it. Not written out is what belongs
 * to what stands beside it: the style of an emoji and what joins two, and what joins letters of
 * scripts that need it.
 */
const UNSEEN = [
  `(?<=[\\p{Extended_Pictographic}\\d#*])\ufe0f`,
  `(?<=[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\ufe0f])\u200d(?=\\p{Extended_Pictographic})`,
  `(?<=[${JOINING}])[\u200c\u200d](?=[${JOINING}])`,
  `([\\p{Default_Ignorable_Code_Point}${BLANKS}]+)`,
].join("|");
let unseenPattern: RegExp | undefined;

/** Made when first needed: looking up what Unicode says of so many scripts takes a millisecond. */
function unseen(): RegExp {
  return unseenPattern ??= new RegExp(UNSEEN, "gu");
}

/** What most texts are: nothing in it to clean. */
const PLAIN = /^[\t\n -~]*$/;

/** `<U+3164>` for each character. */
function writtenOut(characters: string): string {
  let text = "";
  for (const character of characters) {
    const code = character.codePointAt(0) ?? 0;
    text += `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
  }
  return text;
}

/** The text without terminal sequences and control characters; what is not seen is written out. */
export function sanitizeText(text: string): string {
  if (PLAIN.test(text)) return text;
  const lines = text.replace(TERMINAL, "").replace(/\r\n?/g, "\n");
  return lines.replace(CONTROLS, "").replace(SPACES, " ").replace(
    unseen(),
    (whole, hidden?: string) => hidden === undefined ? whole : writtenOut(hidden),
  ).toWellFormed();
}

/** The text on one line, cleaned. */
export function sanitizeLine(text: string): string {
  const clean = sanitizeText(text);
  return (clean.includes("\n") ? clean.replace(/(?<!\s)\s*\n\s*/g, " ⏎ ") : clean).trim();
}

/** The value with every text in it cleaned, keys included. */
export function sanitizeValue(value: unknown): unknown {
  return mappedTexts(value, sanitizeText);
}
