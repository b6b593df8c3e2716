/** Which part of the program may know which. */
import { assertEquals } from "./assert.ts";

const SRC = new URL("../src/", import.meta.url);

/** Modules that put the program together, and may know all of it. */
const PROGRAM = [
  "cli.ts",
  "config.ts",
  "config_checks.ts",
  "config_values.ts",
  "services.ts",
  "settings.ts",
];

/** What each part may import beside itself; `base` are the other modules at the top. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  pve: ["base"],
  ssh: ["base"],
  simulator: ["base", "pve"],
  tool: ["base", "pve", "ssh", "guard"],
  guard: ["base", "pve", "tool"],
  tools: ["base", "pve", "ssh", "tool"],
  door: ["base", "pve", "tool"],
  doctor: ["base", "pve", "ssh", "tool"],
  mcp: ["base", "pve", "tool", "door"],
};

function partOf(path: string): string {
  const [first = "", ...rest] = path.split("/");
  if (rest.length > 0) return first;
  return PROGRAM.includes(first) ? "program" : "base";
}

async function modules(folder = ""): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, SRC))) {
    if (isDirectory) paths.push(...await modules(`${folder}${name}/`));
    else if (name.endsWith(".ts")) paths.push(folder + name);
  }
  return paths;
}

/** Relative imports of a module, as paths below src/; the settings' type may be known to all. */
function importsOf(path: string, text: string): string[] {
  const froms = text.matchAll(
    /^(?:import|export) (type )?[^;]*?from "(\.[^"]+)"|import\("(\.[^"]+)"\)/gm,
  );
  return [...froms].flatMap(([, type, fixed, late]) => {
    const target = new URL(fixed ?? late ?? "", new URL(path, SRC)).href.slice(SRC.href.length);
    return type && target === "config.ts" ? [] : [target];
  });
}

Deno.test("every module imports only what is below its part", async () => {
  const wrong: string[] = [];
  for (const path of await modules()) {
    const part = partOf(path);
    const allowed = MAY_IMPORT[part];
    if (!allowed) continue; // The commands and the modules that put all together.
    const text = await Deno.readTextFile(new URL(path, SRC));
    for (const target of importsOf(path, text)) {
      const other = partOf(target);
      if (other !== part && !allowed.includes(other)) wrong.push(`${path} imports ${target}`);
    }
  }
  assertEquals(wrong, []);
});
