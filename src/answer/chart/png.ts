/**
 * Turns SVG into PNG, with a renderer and a font that this program brings along: nothing is read
 * from the machine, so it takes no permission.
 *
 * @module
 */
import zlib from "node:zlib";
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import { once } from "../../base/async/once.ts";
import { through, unpacked } from "../../base/packed.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const font = once(async () => {
  const { FONT, RESVG_WASM } = await import("./assets_gen.ts");
  await initWasm(await unpacked(RESVG_WASM));
  return await unpacked(FONT);
});

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** Of a header: eight bits a pixel, each the number of a colour. */
const INDEXED = [8, 3, 0, 0, 0];

function joined(parts: readonly Uint8Array[]): Bytes {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return all;
}

function word(value: number): Bytes {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function chunk(type: string, data: Uint8Array): Bytes {
  const typed = joined([new TextEncoder().encode(type), data]);
  return joined([word(data.length), typed, word(zlib.crc32(typed))]);
}

/**
 * Each pixel as the number of its colour: 16 shades of red, green and blue are enough for lines and
 * letters, and a third of the bytes.
 */
function indexed(pixels: Uint8Array, width: number): { rows: Bytes; palette: Bytes } {
  const numbers = new Map<number, number>();
  const rows = new Uint8Array(pixels.length / 4 * (width + 1) / width);
  for (let from = 0, to = 0; from < pixels.length; from += 4) {
    if (from / 4 % width === 0) to++; // Each row begins with its filter: none.
    const color = (pixels[from]! >> 4) << 8 | (pixels[from + 1]! >> 4) << 4 |
      pixels[from + 2]! >> 4;
    const number = numbers.get(color) ?? Math.min(numbers.size, 255);
    if (!numbers.has(color)) numbers.set(color, number);
    rows[to++] = number;
  }
  const colors = [...numbers.keys()].slice(0, 256);
  const palette = colors.flatMap((color) => [color >> 8, color >> 4 & 15, color & 15]);
  return { rows, palette: Uint8Array.from(palette, (shade) => shade * 17) };
}

/** A PNG of an SVG that covers all of its ground. */
export async function pngOf(svg: string): Promise<Uint8Array> {
  const fontBuffers = [await font()];
  const renderer = new Resvg(svg, { font: { fontBuffers, defaultFontFamily: "Inter" } });
  const image = renderer.render();
  try {
    const { width, height } = image;
    const { rows, palette } = indexed(image.pixels, width);
    return joined([
      SIGNATURE,
      chunk("IHDR", joined([word(width), word(height), Uint8Array.from(INDEXED)])),
      chunk("PLTE", palette),
      chunk("IDAT", await through(new CompressionStream("deflate"), rows)),
      chunk("IEND", new Uint8Array()),
    ]);
  } finally {
    image.free();
    renderer.free();
  }
}
