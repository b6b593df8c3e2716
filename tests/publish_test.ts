/**
 * What JSR would publish. Types of the whole package are checked by `.ci/run`.
 *
 * @module
 */
import { ROOT } from "../scripts/project.ts";
import { run } from "../scripts/run.ts";
import { assert, assertEquals, assertMatch } from "./assert.ts";

Deno.test("a dry run of publishing passes, with the program's files and no others", async () => {
  const { stdout, stderr } = await run(
    Deno.execPath(),
    ["publish", "--dry-run", "--allow-dirty", "--no-check"],
    { cwd: ROOT, env: { NO_COLOR: "1" } },
  );
  const output = stdout + stderr;
  assertMatch(output, /Success.*Dry run complete/);
  assert(!/warning/i.test(output), output);
  const files = [...output.matchAll(/file:\/\/(\S+) \(/g)].map(([, path = ""]) =>
    path.slice(ROOT.length)
  );
  const own = files.filter((path) => !/^src\/.+\.ts$/.test(path)).sort();
  assertEquals(own, ["CHANGELOG.md", "LICENSE", "README.md", "deno.json", "main.ts"]);
});

Deno.test("what is published has documentation without flaws", async () => {
  await run(Deno.execPath(), ["doc", "--lint", "main.ts"], { cwd: ROOT });
});
