// Bundles a script for browsers and the styles that it imports: bundle.mjs ENTRY OUTPUT
import { createRequire } from "node:module";

// Not an import, which `deno check` would look up among this project's dependencies.
const { build } = createRequire(import.meta.url)("esbuild");
const [, , entry, outfile] = process.argv;

// What zod brings along for other languages is more than half of a page.
const withoutLocales = {
  name: "without-locales",
  setup: ({ onLoad }) =>
    onLoad({ filter: /zod\/v4\/locales\/index\.js$/ }, () => ({ contents: "export {}" })),
};

await build({
  entryPoints: [entry],
  outfile,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
  logLevel: "warning",
  nodePaths: ["node_modules"],
  // Each message of the protocol would be told to the console of the browser.
  pure: ["console.debug"],
  tsconfigRaw: "{}",
  plugins: [withoutLocales],
});
