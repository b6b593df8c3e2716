import { join } from "node:path";
import { ROOT } from "../scripts/project.ts";
import { assert, assertEquals } from "./assert.ts";
import { FONT_PACKAGES, PACKAGES, pathOf, type Program, PYTHON_PACKAGES } from "./programs.ts";

const PROGRAMS = Object.keys(PACKAGES) as Program[];
/** Programs that are on every machine: coreutils, and POSIX's shell. */
const EVERYWHERE = ["cat", "id", "mkfifo", "sh", "timeout"];

Deno.test(".ci/packages lists the packages of the programs and modules that checks need", async () => {
  const text = await Deno.readTextFile(`${ROOT}.ci/packages`);
  const listed = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const needed = [PACKAGES, PYTHON_PACKAGES, FONT_PACKAGES].flatMap(Object.values);
  assertEquals(listed, [...new Set<string>(needed)].sort());
});

Deno.test("pathOf() finds programs by PATH alone, daemons beside them too", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const bin = join(folder, "bin");
    for (const path of ["bin", "sbin"]) await Deno.mkdir(join(folder, path));
    for (const program of PROGRAMS) assertEquals(pathOf(program, bin), undefined);
    await Deno.writeTextFile(join(bin, "ruby"), "", { mode: 0o755 });
    await Deno.writeTextFile(join(bin, "zsh"), "", { mode: 0o644 });
    await Deno.mkdir(join(bin, "fish"));
    await Deno.writeTextFile(join(folder, "sbin", "sshd"), "", { mode: 0o755 });
    const found = PROGRAMS.filter((program) => pathOf(program, bin) !== undefined);
    assertEquals(found, ["ruby", "sshd"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** Names of the programs that a file's code starts. */
function startedBy(code: string): string[] {
  const calls = code.matchAll(
    /\b(?:Deno\.Command\(|command\(|run\((?="[\w-]+", \[))\s*"([\w-]+)"/g,
  );
  return Array.from(calls, ([, name = ""]) => name);
}

async function* modulesIn(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) yield* modulesIn(path);
    else if (name.endsWith(".ts")) yield path;
  }
}

Deno.test("tests start no program that no package is named for", async () => {
  const known = new Set<string>([...PROGRAMS, ...EVERYWHERE]);
  const started = new Set<string>();
  for await (const path of modulesIn(`${ROOT}tests`)) {
    for (const name of startedBy(await Deno.readTextFile(path))) started.add(name);
  }
  assert(
    ["git", "ssh-keygen", "tar"].every((name) => started.has(name)),
    `found only ${[...started]}`,
  );
  assertEquals([...started].filter((name) => !known.has(name)), []);
});
