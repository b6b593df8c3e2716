/**
 * What JSR would publish. Types of the whole package are checked by `.ci/run`.
 *
 * @module
 */
import { ROOT } from "../scripts/project.ts";
import { run } from "../scripts/run.ts";
import { assert, assertEquals, assertMatch } from "./assert.ts";

/** The modules that the program is made of: its entry, and all that is imported from there. */
async function reachedModules(): Promise<Set<string>> {
  const { stdout } = await run(Deno.execPath(), ["info", "--json", "main.ts"], { cwd: ROOT });
  const { modules } = JSON.parse(stdout) as { modules: { specifier: string }[] };
  const root = `file://${ROOT}`;
  return new Set(
    modules.map(({ specifier }) => specifier)
      .filter((specifier) => specifier.startsWith(root))
      .map((specifier) => specifier.slice(root.length)),
  );
}

Deno.test("a dry run of publishing passes, with the program's modules and none that only tests use", async () => {
  const { stdout, stderr } = await run(
    Deno.execPath(),
    ["publish", "--dry-run", "--allow-dirty", "--no-check"],
    { cwd: ROOT, env: { NO_COLOR: "1" } },
  );
  const output = stdout + stderr;
  assertMatch(output, /Success.*Dry run complete/);
  assert(!/\bwarning\b(?!s)/i.test(output), output);
  const files = [...output.matchAll(/file:\/\/(\S+) \(/g)].map(([, path = ""]) =>
    path.slice(ROOT.length)
  );
  const own = files.filter((path) => !/^(src\/.+\.ts|skills\/.+\.md)$/.test(path)).sort();
  assertEquals(own, ["CHANGELOG.md", "LICENSE", "README.md", "deno.json", "main.ts"]);
  const reached = await reachedModules();
  const unused = files.filter((path) => path.endsWith(".ts") && !reached.has(path));
  assertEquals(unused, [], "only tests use them");
});

Deno.test("what is published has documentation without flaws", async () => {
  await run(Deno.execPath(), ["doc", "--lint", "main.ts"], { cwd: ROOT });
});
