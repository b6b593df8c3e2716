/**
 * Makes minified JavaScript of the program, which `deno run --no-config` can run and which is what
 * the binaries hold: one file of all that calls need, and beside it, in `late/`, what is loaded when
 * it is first asked for, if ever. Of each file V8 holds the text, twice, from the start on.
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

/** Folder of what is loaded late, beside the bundle. */
export const LATE_FOLDER = "late";
/** What is loaded late: modules that import nothing of the program, each by `import("./NAME.ts")`. */
export const LATE: readonly string[] = [
  "src/answer/chart/assets_gen.ts",
  "src/cli/telemetry/prom_client.ts",
  "src/mcp/apps/page_gen.ts",
  "src/mcp/http/oidc/jose.ts",
  "src/mcp/http/stateless_sdk.ts",
  "src/ssh/ssh2_library.ts",
];

/** What to bundle, and where to. */
export interface BundleOptions {
  /** Path of the entry module. */
  readonly entry: string;
  /** Path of the bundle; what is loaded late comes beside it. */
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

function importOf(file: string): string {
  return `import("${file}")`;
}

/** The name of a module, without its folder and its end. */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1, -".ts".length);
}

/**
 * The code with what is loaded late from its folder.
 *
 * @throws {Error} When one of these modules is not imported, or is loaded with the bundle.
 */
export function fromLate(code: string, names: readonly string[]): string {
  return names.reduce((text, name) => {
    const imported = importOf(`./${name}.ts`);
    if (text.split(`${name}.ts`).length - 1 !== text.split(imported).length - 1) {
      throw new Error(`Expected ${name}.ts to be loaded by ${imported} alone`);
    }
    return text.replaceAll(imported, importOf(`./${LATE_FOLDER}/${name}.js`));
  }, code);
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

/** Copies a bundle, with what it loads late, into a folder. */
export async function copyBundle(file: string, folder: string): Promise<void> {
  await Deno.copyFile(file, `${folder}/${PROGRAM}.js`);
  await Deno.mkdir(`${folder}/${LATE_FOLDER}`);
  const late = `${dirname(file)}/${LATE_FOLDER}`;
  for await (const { name } of Deno.readDir(late)) {
    await Deno.copyFile(`${late}/${name}`, `${folder}/${LATE_FOLDER}/${name}`);
  }
}

/** Minified, with nothing in it that costs something at the start. */
async function lean(entry: string, options: readonly string[] = []): Promise<string> {
  return inAscii(withoutImports(await bundled(entry, ["--minify", ...options])));
}

/** Writes the bundle, and what it loads late. */
export async function bundle({ entry, output, commit }: BundleOptions): Promise<void> {
  const folder = `${dirname(output)}/${LATE_FOLDER}`;
  await Deno.mkdir(folder, { recursive: true });
  for (const { name } of Deno.readDirSync(folder)) await Deno.remove(`${folder}/${name}`);
  const names = LATE.map(nameOf);
  const code = await lean(entry, names.map((name) => `--external=./${name}.ts`));
  const stamp = `globalThis.PROXMOX_MCP_COMMIT=${JSON.stringify(commit)};\n`;
  await Deno.writeTextFile(output, stamp + fromLate(code, names));
  for (const path of LATE) {
    await Deno.writeTextFile(`${folder}/${nameOf(path)}.js`, await lean(path));
  }
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
