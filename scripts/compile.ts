/**
 * Makes binaries: the bundle, Deno, and the permissions that the program may use at most.
 *
 * `--target ID` (repeatable; `all` for every one; by default this machine's), `--output FOLDER`
 * (dist), `--commit ID` (by default that of the work tree). Writes `FOLDER/ID/proxmox-mcp`.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { bundle, copyBundle, currentCommit } from "./bundle.ts";
import { executable, PROGRAM, ROOT, type Target, TARGETS } from "./project.ts";
import { run } from "./run.ts";
import { PERMISSIONS, V8_FLAGS } from "./runtime.ts";

/** What to compile, and where to. */
export interface CompileOptions {
  /** Path of the bundle, which has beside it what it loads late. */
  readonly bundle: string;
  readonly target: Target;
  readonly output: string;
  /** Environment of `deno compile`. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Compiles one binary, in a folder that holds nothing but the bundle: all that stands near an
 * entry may be embedded.
 *
 * @returns What `deno compile` printed: the list of embedded files.
 */
export async function compile(options: CompileOptions): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "proxmox-mcp-compile-" });
  try {
    await copyBundle(options.bundle, folder);
    const { stdout, stderr } = await run(Deno.execPath(), [
      "compile",
      "--no-config",
      "--no-lock",
      ...PERMISSIONS,
      V8_FLAGS,
      `--target=${options.target.triple}`,
      `--app-name=${PROGRAM}`,
      `--output=${options.output}`,
      `${PROGRAM}.js`,
    ], { cwd: folder, env: { NO_COLOR: "1", ...options.env } });
    return stdout + stderr;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The targets of the given ids; `all` is every one, none at all is this machine's. */
export function chooseTargets(ids: readonly string[]): readonly Target[] {
  if (ids.includes("all")) return TARGETS;
  if (ids.length === 0) return TARGETS.filter((target) => target.triple === Deno.build.target);
  return ids.map((id) => {
    const target = TARGETS.find((each) => each.id === id);
    if (target) return target;
    const known = TARGETS.map((each) => each.id).join(", ");
    throw new TypeError(`Cannot compile for "${id}": expected all or one of ${known}`);
  });
}

if (import.meta.main) {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      target: { type: "string", multiple: true },
      output: { type: "string" },
      commit: { type: "string" },
    },
  });
  const targets = chooseTargets(values.target ?? []);
  const output = values.output ?? `${ROOT}dist`;
  const file = `${output}/${PROGRAM}.js`;
  const commit = values.commit ?? await currentCommit();
  await bundle({ entry: `${ROOT}main.ts`, output: file, commit });
  for (const target of targets) {
    await compile({ bundle: file, target, output: `${output}/${target.id}/${executable(target)}` });
  }
}
