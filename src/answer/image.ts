/**
 * Pictures in what PVE answers: the bytes of a PNG, a character each, in a field of JSON.
 *
 * @module
 */
import type { ImageData } from "../tool/answer.ts";

/** What each PNG begins with. */
const PNG = "\x89PNG\r\n\x1a\n";
/** Characters of a picture that is handed out; graphs have some ten thousand. */
const MAX_CHARACTERS = 500_000;

/** An answer that may have a picture. */
interface Pictured {
  readonly image?: unknown;
  readonly [key: string]: unknown;
}

/** Base64 of a picture's bytes; undefined when it is none that can be handed out. */
function pngOf(image: unknown): string | undefined {
  if (typeof image !== "string" || !image.startsWith(PNG)) return undefined;
  if (image.length > MAX_CHARACTERS) return undefined;
  try {
    return btoa(image);
  } catch {
    return undefined; // A character that is no byte.
  }
}

/** An object without its picture, and the picture; undefined when it has none. */
export function imageOf(
  object: unknown,
): { readonly rest: Readonly<Record<string, unknown>>; readonly image: ImageData } | undefined {
  if (typeof object !== "object" || object === null) return undefined;
  const { image, ...rest } = object as Pictured;
  const data = pngOf(image);
  return data === undefined ? undefined : { rest, image: { mimeType: "image/png", data } };
}
