/**
 * Copies of this checkout, as somebody who clones it has them.
 *
 * @module
 */
import { dirname } from "node:path";
import { ROOT } from "./project.ts";
import { run } from "./run.ts";

/** Copies the files that git knows or would add. */
export async function copyCheckout(to: string): Promise<void> {
  const { stdout } = await run("git", ["ls-files", "-co", "--exclude-standard"], { cwd: ROOT });
  for (const file of stdout.trim().split("\n")) {
    await Deno.mkdir(dirname(`${to}/${file}`), { recursive: true });
    await Deno.copyFile(ROOT + file, `${to}/${file}`);
  }
}
