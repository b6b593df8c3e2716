/**
 * Series as pictures: of the same numbers that the answer says.
 *
 * @module
 */
import type { ImageData, Row } from "../../tool/answer.ts";
import { panelsOf } from "./panels.ts";
import { pngOf } from "./png.ts";
import { svgOf } from "./svg.ts";

/**
 * A picture of a series; undefined where there is nothing to draw.
 *
 * @param rows As for `panelsOf`.
 * @param heading What it shows; times are in UTC.
 */
export async function chartOf(
  rows: readonly Row[],
  heading: string,
  fields?: readonly string[],
): Promise<ImageData | undefined> {
  const panels = panelsOf(rows, fields);
  if (panels.length === 0) return undefined;
  const png = await pngOf(svgOf(panels, heading));
  return { mimeType: "image/png", data: png.toBase64() };
}
