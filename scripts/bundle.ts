/**
 * Makes one minified JavaScript file of the program, which `deno run --no-config` can run and
 * which is what the binaries hold.
 *
 * `--output FILE` (dist/proxmox-mcp.js), `--commit ID` (by default that of the work tree).
 *
 * @module
 */
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { PROGRAM, ROOT } from "./project.ts";
import { run } from "./run.ts";

/** Parts of ssh2 that are native code: it does without them. */
const NATIVE = ["./crypto/build/Release/sshcrypto.node", "cpu-features"];
/** What the MCP SDKs import to validate JSON by a schema: they are given a validator of our own. */
const UNUSED = ["ajv", "ajv-formats", "@modelcontextprotocol/server/_shims"];

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

/** A name that the bundler gives, `$de` among them. */
const NAME = "([\\w$]+)";
/** How the bundler gives CommonJS modules their `require`. */
const REQUIRE = new RegExp(
  `import\\{createRequire as ${NAME}\\} ?from ?"node:module";var ${NAME}=\\1\\(import\\.meta\\.url\\);`,
);
const NODE = new RegExp(`import ${NAME} ?from ?"(node:\\w+)";`, "g");
const ABSENT = new RegExp(
  `import(?: ${NAME} ?|\\{\\w+ as ${NAME}\\})from ?"(${UNUSED.join("|")})";`,
  "g",
);

/** A `require` that loads nothing before it is called, and nothing but Node's modules. */
function lazyRequire(variable: string): string {
  return `var ${variable}=(id)=>{` +
    "const found=globalThis.process.getBuiltinModule(id);" +
    'if(!found)throw new Error("Cannot find module "+id);' +
    "return found};";
}

/** A module of Node that is loaded when something of it is first used. */
function lazyModule(variable: string, name: string): string {
  return `var ${variable}=new Proxy({},{get:(_,key)=>` +
    `globalThis.process.getBuiltinModule("${name}")[key]});`;
}

/** What stands for a package that is imported and not used. */
function absent(variable: string, name: string): string {
  return `var ${variable}=class{constructor(){throw new Error("${name} is not in this bundle")}};`;
}

/**
 * The code with nothing of Node imported at its top: whatever a bundle imports there is loaded at
 * every start, and node:module alone takes longer than all the rest.
 *
 * @throws {Error} When an import is left.
 */
export function withoutImports(code: string): string {
  const result = code
    .replace(REQUIRE, (_, _create, variable: string) => lazyRequire(variable))
    .replace(NODE, (_, variable: string, name: string) => lazyModule(variable, name))
    .replace(
      ABSENT,
      (_, whole: string | undefined, part: string | undefined, name: string) =>
        absent(whole ?? part ?? "", name),
    );
  const [found] = /(?:^|[;}])import(?:[ {*][^"'()]*from)? ?"[^"]+"/m.exec(result) ?? [];
  if (found) throw new Error(`Expected no import at the top of the bundle, found ${found}`);
  return result;
}

/**
 * The code with other characters than ASCII as their escapes: with a single one left, which the
 * bundler leaves in regular expressions, V8 holds all of it at twice its size, at every start.
 */
export function inAscii(code: string): string {
  return code.replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The code of a program with all that it imports, as Deno's bundler writes it. */
export async function bundled(entry: string, options: readonly string[]): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "proxmox-mcp-bundle-" });
  const file = `${folder}/${PROGRAM}.js`;
  try {
    await run(Deno.execPath(), [
      "bundle",
      "--quiet",
      "--frozen",
      "--platform=deno",
      ...[...NATIVE, ...UNUSED].map((name) => `--external=${name}`),
      ...options,
      `--output=${file}`,
      entry,
    ], { cwd: ROOT, env: { NO_COLOR: "1" } });
    return await Deno.readTextFile(file);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Writes the bundle. */
export async function bundle({ entry, output, commit }: BundleOptions): Promise<void> {
  const code = inAscii(withoutImports(await bundled(entry, ["--minify"])));
  const stamp = `globalThis.PROXMOX_MCP_COMMIT=${JSON.stringify(commit)};\n`;
  await Deno.mkdir(dirname(output), { recursive: true });
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
