/**
 * The documents that people and models read: README, docs, skills, subagents.
 *
 * @module
 */
import { ROOT } from "../../scripts/project.ts";

const FOLDERS = ["docs", "skills", "subagents"];

function* markdownIn(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(ROOT + folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* markdownIn(path);
    else if (entry.name.endsWith(".md")) yield path;
  }
}

/** Paths from the project's root, sorted. */
export const DOCUMENTS: readonly string[] = [
  "README.md",
  ...FOLDERS.flatMap((folder) => [...markdownIn(folder)]),
].sort();
