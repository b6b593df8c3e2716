/**
 * What the checks start from npm is pinned down to the last dependency: a new release of somebody
 * else's must not turn them red.
 *
 * @module
 */
import { readdirSync } from "node:fs";
import { basename } from "node:path";
import { lockFile, NPM_TOOLS } from "../../scripts/npm_tools.ts";
import { ROOT } from "../../scripts/project.ts";
import { assert, assertEquals, assertMatch } from "../assert.ts";

const EXACT = /^@?[\w./-]+@\d+\.\d+\.\d+(?:-[\w.]+)?$/;
const NAMES = Object.keys(NPM_TOOLS) as (keyof typeof NPM_TOOLS)[];

interface DenoLock {
  readonly specifiers: Readonly<Record<string, string>>;
  readonly npm: Readonly<Record<string, { readonly integrity?: string }>>;
}

/** Paths of all files of a folder, from the project's own on. */
function filesOf(folder: string): string[] {
  return readdirSync(ROOT + folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(ROOT.length))
    .filter((path) => !path.includes("node_modules/"))
    .sort();
}

async function json<T>(path: string): Promise<T> {
  return JSON.parse(await Deno.readTextFile(path)) as T;
}

/** Starts of something from npm that may be another thing tomorrow. */
function unpinnedStarts(text: string): string[] {
  const code = text.replace(/^\s*(?:#|\/\/|\*).*/gm, "");
  const patterns = [
    // Specifiers of Deno belong into the table of tools, or into the imports of deno.json.
    /["' ]npm:\/?@?[a-z].*/g,
    // In a shell; only Deno itself is started so, at a version.
    /\bnpx (?=[-"@$\w])(?!(?:-y |-p )*"?deno@(?:\d|\[|\$\{?\w+\b)).*/g,
    /\bnpm (?:i|install|add|exec|x|create|init)\b.*/g,
    // From a script.
    /\b(?:Command|run)\(\s*"npx".*/g,
    /\b(?:Command|run)\(\s*"npm",(?!\s*(?:\{\s*args:\s*)?\[\s*"(?:ci|pack)").*/g,
  ];
  return patterns.flatMap((pattern) => code.match(pattern) ?? []);
}

Deno.test("every tool from npm has a version and a lock file that agree, and no lock file is left over", async () => {
  for (const name of NAMES) {
    assertMatch(NPM_TOOLS[name], EXACT);
    const { specifiers, npm } = await json<DenoLock>(lockFile(name));
    const version = NPM_TOOLS[name].split("@").at(-1);
    assertEquals(specifiers, { [`npm:${NPM_TOOLS[name]}`]: version });
    for (const [id, { integrity }] of Object.entries(npm)) assert(integrity, `${name}: ${id}`);
  }
  const locks = filesOf("tools").filter((path) => path.endsWith(".lock"));
  assertEquals(locks.map((path) => basename(path, ".lock")).sort(), [...NAMES].sort());
});

Deno.test("every package.json of the checks has exact versions, and a lock file that names no registry", async () => {
  for (const path of filesOf("tools").filter((each) => basename(each) === "package.json")) {
    const { dependencies } = await json<{ dependencies: Record<string, string> }>(ROOT + path);
    for (const each of Object.entries(dependencies)) assertMatch(each.join("@"), EXACT, path);
    const lock = await Deno.readTextFile(ROOT + path.replace(/\.json$/, "-lock.json"));
    assertEquals(lock.match(/"resolved": .*/g), null, path);
  }
});

Deno.test("CONTRIBUTING.md names the tools in the versions that are pinned", async () => {
  const text = await Deno.readTextFile(`${ROOT}CONTRIBUTING.md`);
  const named = Array.from(text.matchAll(/\bnpm:(\S+)/g), ([, tool = ""]) => tool);
  const pinned: readonly string[] = Object.values(NPM_TOOLS);
  assert(named.length > 0);
  assertEquals(named.filter((tool) => !pinned.includes(tool)), []);
});

Deno.test("nothing is started from npm in another way", async () => {
  const apart = ["scripts/npm_tools.ts", "tests/scripts/npm_tools_test.ts"];
  for (const path of [".ci", ".github", "scripts", "tests"].flatMap(filesOf)) {
    if (apart.includes(path)) continue;
    assertEquals(unpinnedStarts(await Deno.readTextFile(ROOT + path)), [], path);
  }
  const { tasks } = await json<{ tasks: unknown }>(`${ROOT}deno.json`);
  assertEquals(unpinnedStarts(JSON.stringify(tasks)), []);
});

Deno.test("a start that is not pinned is seen", () => {
  for (
    const start of [
      'const TOOL = "npm:@scope/tool@1.2.3";',
      "deno run -A npm:tool",
      "npx -y tool@1.2.3",
      "npx -y -p deno -c deno",
      "npm install -g tool",
      `${"run"}("npx", ["tool"])`,
      `${"run"}("npm", ["exec", "tool"])`,
    ]
  ) assertEquals(unpinnedStarts(start).length, 1, start);
  for (
    const start of [
      "npx -y deno@2.9.6 task test",
      'npx -y -p "deno@$deno_version" -c deno',
      "npm ci --ignore-scripts",
      `${"run"}("npm", ["ci"])`,
      `${"run"}("npm", ["pack"])`,
    ]
  ) assertEquals(unpinnedStarts(start), [], start);
});
