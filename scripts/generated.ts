/**
 * One way to write generated files, and to fail when a committed one is stale.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { writeErr } from "../src/base/process/console.ts";
import { parseSums, ROOT } from "./project.ts";

/** A file that a script generates: its path from the project's root, and its text. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

async function current(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(ROOT + path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/**
 * Writes the files that differ from what is on disk. With `check`, writes nothing and exits with
 * code 1 when any of them differs.
 */
export async function writeGenerated(
  files: readonly GeneratedFile[],
  { check, command = "deno task scan` or `deno task docs" }: {
    readonly check: boolean;
    /** What writes them. */
    readonly command?: string;
  },
): Promise<void> {
  const stale: GeneratedFile[] = [];
  for (const file of files) {
    if (await current(file.path) !== file.text) stale.push(file);
  }
  if (check && stale.length > 0) {
    writeErr(
      `Stale, so \`${command}\` must be run: ${stale.map((file) => file.path).join(", ")}`,
    );
    Deno.exit(1);
  }
  for (const file of stale) await Deno.writeTextFile(ROOT + file.path, file.text);
}

/** Makes a text of a release's checksums by file name; without a release there are none. */
export type OfRelease = (sums?: ReadonlyMap<string, string>) => string;

/**
 * Runs a script that writes one file: `--sums FILE --output FILE` writes that of a release,
 * otherwise the file here is written, or with `--check` compared.
 */
export async function writeOfRelease(path: string, textOf: OfRelease): Promise<void> {
  const { values: { sums, output, check } } = parseArgs({
    args: Deno.args,
    options: {
      sums: { type: "string" },
      output: { type: "string" },
      check: { type: "boolean", default: false },
    },
  });
  if (sums !== undefined && output !== undefined) {
    await Deno.writeTextFile(output, textOf(parseSums(await Deno.readTextFile(sums))));
  } else {
    await writeGenerated([{ path, text: textOf() }], { check });
  }
}
