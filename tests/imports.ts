/**
 * Reads what modules of the program import, for the tests of its layers and the benchmark.
 *
 * @module
 */

/** The program's modules. */
export const SRC = new URL("../src/", import.meta.url);

/** Imports of a module as paths below src/: static and late ones, of types and of values. */
export function importsOf(path: string, text: string): string[] {
  const specifiers = text.matchAll(
    /^(?:import|export)\b[^;]*?\bfrom "(\.[^"]+)"|^import "(\.[^"]+)"|\bimport\(\s*"(\.[^"]+)"/gm,
  );
  return [...specifiers].flatMap(([, named, bare, late]) => {
    const { href } = new URL(named ?? bare ?? late ?? "", new URL(path, SRC));
    return href.startsWith(SRC.href) ? [href.slice(SRC.href.length)] : [];
  });
}

/** Imports of a module that are loaded with it: static ones, of values. */
function loadedWith(path: string, text: string): string[] {
  const specifiers = text.matchAll(/^(?:import|export)\b(?! type)(?:[^;]*?\bfrom)? "\.[^"]+"/gm);
  return [...specifiers].flatMap(([statement]) => importsOf(path, statement));
}

/** All that is loaded with a module. */
export async function loadedBy(start: string): Promise<ReadonlySet<string>> {
  const found = new Set([start]);
  for (const path of found) {
    const text = await Deno.readTextFile(new URL(path, SRC));
    if (path.endsWith(".ts")) loadedWith(path, text).forEach((each) => found.add(each));
  }
  return found;
}
