/**
 * Writes the manifest with which Scoop installs the program on Windows. It stands in a release
 * beside the archives that it names: Scoop takes the address of a manifest.
 *
 * `--sums FILE` (a release's SHA256SUMS), `--output FILE`.
 *
 * @module
 */
import { parseArgs } from "node:util";
import {
  archive,
  DESCRIPTION,
  parseSums,
  PROGRAM,
  releaseUrl,
  REPOSITORY,
  sumOf,
  TARGETS,
  VERSION,
} from "./project.ts";

/** Scoop's names of the architectures. */
const ARCHITECTURES = { "64bit": "windows-x64", arm64: "windows-arm64" };

/** The manifest's text. */
export function scoopManifest(sums: ReadonlyMap<string, string>): string {
  const files = Object.entries(ARCHITECTURES).map(([name, id]) => {
    const target = TARGETS.find((each) => each.id === id);
    if (!target) throw new TypeError(`Cannot find the target "${id}"`);
    return [name, archive(target)] as const;
  });
  const manifest = {
    version: VERSION,
    description: DESCRIPTION,
    homepage: REPOSITORY,
    license: "MIT",
    architecture: Object.fromEntries(
      files.map(([name, file]) => [name, { url: releaseUrl(file), hash: sumOf(sums, file) }]),
    ),
    bin: `${PROGRAM}.exe`,
    checkver: "github",
    autoupdate: {
      architecture: Object.fromEntries(
        files.map((
          [name, file],
        ) => [name, { url: releaseUrl(file).replace(`/v${VERSION}/`, "/v$version/") }]),
      ),
      hash: { url: "$baseurl/SHA256SUMS" },
    },
  };
  return JSON.stringify(manifest, null, 2) + "\n";
}

if (import.meta.main) {
  const { values: { sums = "", output = "" } } = parseArgs({
    args: Deno.args,
    options: { sums: { type: "string" }, output: { type: "string" } },
  });
  await Deno.writeTextFile(output, scoopManifest(parseSums(await Deno.readTextFile(sums))));
}
