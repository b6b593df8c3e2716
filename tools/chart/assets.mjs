// Prints as JSON, in base64, what charts are drawn with: the renderer, and a font cut down to the
// characters that charts have.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

// As an import, Deno would look for it among the dependencies of the project.
const require = createRequire(import.meta.url);
const subsetFont = require("subset-font");
const ascii = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join("");
const wasm = await readFile(require.resolve("@resvg/resvg-wasm/index_bg.wasm"));
const source = await readFile(
  require.resolve("@fontsource/inter/files/inter-latin-400-normal.woff2"),
);
const font = await subsetFont(source, `${ascii}·–—…°×`, { targetFormat: "truetype" });
process.stdout.write(JSON.stringify({
  RESVG_WASM: wasm.toString("base64"),
  FONT: Buffer.from(font).toString("base64"),
}));
