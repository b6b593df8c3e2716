import {
  bundle,
  currentCommit,
  fromLate,
  inAscii,
  LATE,
  LATE_FOLDER,
  withoutImports,
} from "../../scripts/bundle.ts";
import { ROOT, VERSION } from "../../scripts/project.ts";
import { run } from "../../scripts/run.ts";
import { BUNDLE_FLAGS } from "../../scripts/runtime.ts";
import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "../assert.ts";
import { needs } from "../programs.ts";

/** Files of a folder and of those in it, in the order of their paths. */
function filesOf(folder: string, path = ""): string[] {
  return Array.from(Deno.readDirSync(`${folder}/${path}`)).flatMap(({ name, isDirectory }) =>
    isDirectory ? filesOf(folder, `${path}${name}/`) : [path + name]
  ).sort();
}

const PERMISSIONS = ["--no-prompt", "--allow-env=PROXMOX_*", "--ignore-env"];
const START = ["run", ...BUNDLE_FLAGS, ...PERMISSIONS];

Deno.test("the bundle runs without the checkout, and tells its commit", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const output = `${folder}/proxmox-mcp.js`;
    await Deno.mkdir(`${folder}/${LATE_FOLDER}`);
    await Deno.writeTextFile(`${folder}/${LATE_FOLDER}/of_an_older_bundle.js`, "");
    await bundle({ entry: `${ROOT}main.ts`, output, commit: "0123456789ab" });
    const late = LATE.map((path) => path.replace(/.*\/(.*)\.ts/, `${LATE_FOLDER}/$1.js`)).sort();
    assertEquals(filesOf(folder), [...late, "proxmox-mcp.js"]);
    const code = await Deno.readTextFile(output);
    for (const file of late) assertStringIncludes(code, `import("./${file}")`);
    for (const file of filesOf(folder)) {
      assertMatch(await Deno.readTextFile(`${folder}/${file}`), /^[\0-\x7f]+$/, file);
    }
    const { stdout } = await run(Deno.execPath(), [...START, output, "--version"], {
      cwd: folder,
    });
    assertEquals(stdout, `proxmox-mcp ${VERSION} (0123456789ab, Deno ${Deno.version.deno})\n`);
    const smoke = await run(Deno.execPath(), [
      ...["run", "--no-prompt", "--allow-read", "--allow-run", `${ROOT}scripts/smoke.ts`],
      Deno.execPath(),
      ...START,
      output,
    ]);
    assertStringIncludes(smoke.stdout, "0123456789ab");
    const importing = late.map((file) => `await import("./${file}")`).join(",");
    const probe = `console.log([${importing}].every((each) => Object.keys(each).length > 0))`;
    await Deno.writeTextFile(`${folder}/probe.js`, `globalThis.__dirname="";${probe}`);
    const probed = await run(Deno.execPath(), [...START, "probe.js"], { cwd: folder });
    assertEquals(probed.stdout, "true\n"); // Without a permission to read.
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("in a folder of packages, what is loaded late is not even read at the start, nor needs a permission", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const late = 'export const text="late";';
    const entry = 'console.log(Deno.args[0] ? (await import("./late/part.js")).text : "started");';
    for (const place of [`${folder}/node_modules/some`, `${folder}/elsewhere`]) {
      await Deno.mkdir(`${place}/late`, { recursive: true });
      await Deno.copyFile(`${ROOT}packaging/container/package.json`, `${place}/package.json`);
      await Deno.writeTextFile(`${place}/some.js`, entry);
      await Deno.writeTextFile(`${place}/late/part.js`, late);
    }
    const start = (place: string, ...args: readonly string[]): ReturnType<typeof run> =>
      run(Deno.execPath(), [...START, "--log-level=debug", `${place}/some.js`, ...args], {
        env: { DENO_DIR: `${folder}/cache`, NO_COLOR: "1" },
      });
    for (const [place, reads] of [["node_modules/some", false], ["elsewhere", true]] as const) {
      const { stderr } = await start(`${folder}/${place}`);
      assertEquals(stderr.includes(`${place}/late/part.js`), reads, stderr);
      assertEquals((await start(`${folder}/${place}`, "late")).stdout, "late\n");
    }
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

Deno.test("what is to be loaded late must not be loaded with the bundle", () => {
  const late = 'a=()=>import("./late/ssh.js")';
  assertEquals(fromLate('a=()=>import("./ssh.ts")', ["ssh"]), late);
  assertEquals(fromLate("b()", ["ssh"]), "b()");
  const eager = 'import{c}from"./ssh.ts";c();';
  assertThrows(() => fromLate(eager, ["ssh"]), Error, "Expected ssh.ts to be loaded by import(");
});

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
