/**
 * Copies of this checkout, for tests of scripts that write into it.
 *
 * @module
 */
import { ROOT } from "../../scripts/project.ts";
import { run } from "../../scripts/run.ts";

/** A copy; it is deleted in the end. */
export interface CheckoutCopy extends AsyncDisposable {
  /** Its folder, without a slash at the end. */
  readonly folder: string;
  /** Runs Deno in it, and fails when that fails. */
  deno(...args: string[]): ReturnType<typeof run>;
}

/** What nothing there needs but a program of its own. */
const LEFT_OUT = new Set([".git", "dist", "coverage", "node_modules"]);

async function copyTree(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (LEFT_OUT.has(name)) continue;
    const [source, target] = [`${from}/${name}`, `${to}/${name}`];
    if (isDirectory) await copyTree(source, target);
    else await Deno.copyFile(source, target);
  }
}

/** Runs Deno in a folder. */
export function denoIn(cwd: string, ...args: string[]): ReturnType<typeof run> {
  return run(Deno.execPath(), args, { cwd, env: { NO_COLOR: "1" } });
}

/** Copies files and folders of this checkout. */
export async function copyCheckout(entries: readonly string[]): Promise<CheckoutCopy> {
  const folder = await Deno.makeTempDir();
  for (const entry of entries) {
    const { isDirectory } = await Deno.stat(ROOT + entry);
    if (isDirectory) await copyTree(ROOT + entry, `${folder}/${entry}`);
    else await Deno.copyFile(ROOT + entry, `${folder}/${entry}`);
  }
  return {
    folder,
    deno: (...args) => denoIn(folder, ...args),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}
