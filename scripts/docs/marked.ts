/**
 * Pages that a person writes and a script completes: what stands between two marks is generated.
 *
 * @module
 */
import type { GeneratedFile } from "../generated.ts";
import { ROOT } from "../project.ts";

/** Generated parts of a page by the name of their marks. */
export type Parts = Readonly<Record<string, string>>;

function fill(text: string, name: string, part: string, path: string): string {
  const begin = `<!-- ${name}:begin -->\n`;
  const end = `<!-- ${name}:end -->`;
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new TypeError(`Cannot find the marks "${name}" in ${path}`);
  const between = part === "" ? "" : `\n${part}\n\n`;
  return `${text.slice(0, from)}${begin}${between}${text.slice(to)}`;
}

/**
 * A page with its generated parts written anew.
 *
 * @param path From the project's root.
 */
export async function completed(path: string, parts: Parts): Promise<GeneratedFile> {
  let text = await Deno.readTextFile(ROOT + path);
  for (const [name, part] of Object.entries(parts)) text = fill(text, name, part, path);
  return { path, text };
}
