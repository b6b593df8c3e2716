/**
 * Makes one minified JavaScript file of the program, which `deno run --no-config` can run and
 * which is what the binaries hold.
 *
 * `--output FILE` (dist/proxmox-mcp.js), `--commit ID` (by default that of the work tree).
 *
 * @module
 */
import { parseArgs } from "node:util";
import { PROGRAM, ROOT } from "./project.ts";
import { run } from "./run.ts";

/** Parts of ssh2 that are native code: it does without them. */
const EXTERNALS = ["./crypto/build/Release/sshcrypto.node", "cpu-features"];

/** What to bundle, and where to. */
export interface BundleOptions {
  /** Path of the entry module. */
  readonly entry: string;
  readonly output: string;
  /** Commit that `--version` prints. */
  readonly commit: string;
}

/** The commit of the work tree, marked when files differ from it. */
export async function currentCommit(): Promise<string> {
  const { stdout: commit } = await run("git", ["rev-parse", "--short=12", "HEAD"], { cwd: ROOT });
  const { stdout: changes } = await run("git", ["status", "--porcelain"], { cwd: ROOT });
  return commit.trim() + (changes === "" ? "" : "+changes");
}

/** How the bundler gives CommonJS modules their `require`. */
const REQUIRE =
  /import\{createRequire as (\w+)\} ?from ?"node:module";var (\w+)=\1\(import\.meta\.url\);/;

/**
 * The code with a `require` that loads nothing before it is called: node:module would take longer
 * than all the rest of a start. Only Node's own modules are left to be required.
 */
function withLazyRequire(code: string): string {
  const [found, , name] = REQUIRE.exec(code) ?? [];
  if (!found) throw new Error("Cannot find the bundler's require: it writes another one now");
  const lazy = `var ${name}=(id)=>{` +
    "const found=globalThis.process.getBuiltinModule(id);" +
    'if(!found)throw new Error("Cannot find module "+id);' +
    "return found};";
  return code.replace(found, lazy);
}

/** The JSON Schema validator of the MCP SDK, which loads it at once; the server gives its own. */
const VALIDATOR = ["ajv", "ajv-formats"];

/** The code without the imports of what the program brings a part of its own for. */
function withoutValidator(code: string): string {
  return VALIDATOR.reduce((rest, name) => {
    const [found, variable] = new RegExp(`import (\\w+) ?from ?"${name}";`).exec(rest) ?? [];
    if (!found) {
      throw new Error(`Cannot find the import of ${name}: the SDK loads it otherwise now`);
    }
    return rest.replace(
      found,
      `var ${variable}=class{constructor(){throw new Error("${name} is not in this bundle")}};`,
    );
  }, code);
}

/** Writes the bundle. */
export async function bundle({ entry, output, commit }: BundleOptions): Promise<void> {
  await run(Deno.execPath(), [
    "bundle",
    "--quiet",
    "--frozen",
    "--minify",
    "--platform=deno",
    ...[...EXTERNALS, ...VALIDATOR].map((name) => `--external=${name}`),
    `--output=${output}`,
    entry,
  ], { cwd: ROOT, env: { NO_COLOR: "1" } });
  const code = withoutValidator(withLazyRequire(await Deno.readTextFile(output)));
  const stamp = `globalThis.PROXMOX_MCP_COMMIT=${JSON.stringify(commit)};\n`;
  await Deno.writeTextFile(output, stamp + code);
}

if (import.meta.main) {
  const { values } = parseArgs({
    args: Deno.args,
    options: { output: { type: "string" }, commit: { type: "string" } },
  });
  await bundle({
    entry: `${ROOT}main.ts`,
    output: values.output ?? `${ROOT}dist/${PROGRAM}.js`,
    commit: values.commit ?? await currentCommit(),
  });
}
