import { bundle, currentCommit, inAscii, withoutImports } from "../../scripts/bundle.ts";
import { ROOT, VERSION } from "../../scripts/project.ts";
import { run } from "../../scripts/run.ts";
import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "../assert.ts";
import { needs } from "../programs.ts";

const PERMISSIONS = ["--no-prompt", "--allow-env=PROXMOX_*", "--ignore-env"];

Deno.test("the bundle is one file that runs alone, and tells its commit", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const output = `${folder}/proxmox-mcp.js`;
    await bundle({ entry: `${ROOT}main.ts`, output, commit: "0123456789ab" });
    const files = Array.from(Deno.readDirSync(folder), (entry) => entry.name);
    assertEquals(files, ["proxmox-mcp.js"]);
    assertMatch(await Deno.readTextFile(output), /^[\0-\x7f]+$/);
    const start = ["run", "--no-config", "--no-lock", "--no-npm", "--no-remote", ...PERMISSIONS];
    const { stdout } = await run(Deno.execPath(), [...start, output, "--version"], {
      cwd: folder,
    });
    assertEquals(stdout, `proxmox-mcp ${VERSION} (0123456789ab, Deno ${Deno.version.deno})\n`);
    const smoke = await run(Deno.execPath(), [
      ...["run", "--no-prompt", "--allow-read", "--allow-run", `${ROOT}scripts/smoke.ts`],
      Deno.execPath(),
      ...start,
      output,
    ]);
    assertStringIncludes(smoke.stdout, "0123456789ab");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test(
  "currentCommit() names the commit, and says when files differ from it",
  needs("git"),
  async () => {
    assertMatch(await currentCommit(), /^[0-9a-f]{12}(\+changes)?$/);
  },
);

Deno.test("inAscii() changes no meaning, in texts, patterns and beyond the first plane", () => {
  const code = `[/^(✅|🚫)/u.test("🚫"), /[“”]/.test("”"), "é…🚫" /* ü */]`;
  const ascii = inAscii(code);
  assertMatch(ascii, /^[\0-\x7f]+$/);
  assertEquals((0, eval)(ascii), [true, true, "é…🚫"]);
});

Deno.test("withoutImports() knows every name that the bundler may give", () => {
  const code = withoutImports(
    'import{createRequire as $a}from"node:module";var b$=$a(import.meta.url);' +
      'import $de from"ajv";import $_0 from "node:net";b$("net");',
  );
  assertEquals(/import/.test(code), false);
  const part = 'import{Validator as v_$}from"@modelcontextprotocol/server/_shims";new v_$;';
  assertMatch(withoutImports(part), /^var v_\$=class/);
  for (const name of ["b$", "$de", "$_0"]) assertStringIncludes(code, `var ${name}=`);
  assertThrows(() => withoutImports('import{x as $y}from"zod";'), Error, "found import{x as $y}");
});
