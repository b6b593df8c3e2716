/**
 * One way to write generated files, and to fail when a committed one is stale.
 *
 * @module
 */
import { writeErr } from "../src/console.ts";

/** A file that a script generates: its path from the project's root, and its text. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

function fromRoot(path: string): URL {
  return new URL(`../${path}`, import.meta.url);
}

async function current(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(fromRoot(path));
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
  { check }: { readonly check: boolean },
): Promise<void> {
  const stale: GeneratedFile[] = [];
  for (const file of files) {
    if (await current(file.path) !== file.text) stale.push(file);
  }
  if (check && stale.length > 0) {
    writeErr(
      `Stale, so \`deno task scan\` or \`deno task docs\` must be run: ${
        stale.map((file) => file.path).join(", ")
      }`,
    );
    Deno.exit(1);
  }
  for (const file of stale) await Deno.writeTextFile(fromRoot(file.path), file.text);
}
