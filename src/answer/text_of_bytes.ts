/**
 * Reads bytes as text where they are text, for answers that show files.
 *
 * @module
 */

/** Characters of base64 that an answer may hold: a part of it is of no use to anybody. */
export const MAX_BASE64_CHARACTERS = 24_000;

/** The bytes as text when they are UTF-8 without NUL, which no text file holds; else undefined. */
export function textOfBytes(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined; // Not UTF-8.
  }
}
