/**
 * Reads PNGs as charts are: each pixel the number of a colour, no filters.
 *
 * @module
 */
import { assertEquals } from "./assert.ts";

/** A picture's pixels. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue at a place. */
  at(x: number, y: number): readonly [number, number, number];
}

/** Decodes a PNG. */
export async function pixelsOf(png: Uint8Array): Promise<Pixels> {
  const view = new DataView(png.buffer, png.byteOffset);
  const chunks = new Map<string, Uint8Array<ArrayBuffer>>();
  for (let at = 8; at < png.length; at += view.getUint32(at) + 12) {
    const type = new TextDecoder().decode(png.subarray(at + 4, at + 8));
    chunks.set(type, png.slice(at + 8, at + 8 + view.getUint32(at)));
  }
  assertEquals([...chunks.keys()], ["IHDR", "PLTE", "IDAT", "IEND"]);
  const [width, height, depth, color] = [view.getUint32(16), view.getUint32(20), png[24], png[25]];
  assertEquals([depth, color], [8, 3], "Expected numbers of colours");
  const palette = chunks.get("PLTE")!;
  const stream = new Blob([chunks.get("IDAT")!]).stream()
    .pipeThrough(new DecompressionStream("deflate"));
  const rows = new Uint8Array(await new Response(stream).arrayBuffer());
  return {
    width,
    height,
    at: (x, y) => {
      assertEquals(rows[y * (width + 1)], 0, "Expected no filter");
      const color = 3 * rows[y * (width + 1) + 1 + x]!;
      return [palette[color]!, palette[color + 1]!, palette[color + 2]!];
    },
  };
}

/** How many pixels of a rectangle are darker than half. */
export function darkPixels(
  { at }: Pixels,
  [x, y, width, height]: readonly [x: number, y: number, width: number, height: number],
): number {
  let count = 0;
  for (let row = y; row < y + height; row++) {
    for (let column = x; column < x + width; column++) {
      const [red, green, blue] = at(column, row);
      if (red + green + blue < 3 * 128) count++;
    }
  }
  return count;
}
