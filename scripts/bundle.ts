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

/** Writes the bundle. */
export async function bundle({ entry, output, commit }: BundleOptions): Promise<void> {
  await run(Deno.execPath(), [
    "bundle",
    "--quiet",
    "--frozen",
    "--minify",
    "--platform=deno",
    ...EXTERNALS.map((name) => `--external=${name}`),
    `--output=${output}`,
    entry,
  ], { cwd: ROOT, env: { NO_COLOR: "1" } });
  const code = await Deno.readTextFile(output);
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
