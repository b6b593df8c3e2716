/**
 * Programs and libraries from npm in a folder of tools/, as its lock file pins them.
 *
 * @module
 */
import { ROOT } from "./project.ts";
import { run } from "./run.ts";

/** The pinned versions are installed. */
async function isInstalled(folder: string): Promise<boolean> {
  const { dependencies } = JSON.parse(await Deno.readTextFile(`${folder}package.json`)) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  for (const [name, version] of Object.entries(dependencies)) {
    const installed = await Deno.readTextFile(`${folder}node_modules/${name}/package.json`)
      .catch(() => "{}");
    if (JSON.parse(installed).version !== version) return false;
  }
  return true;
}

/** The path of a folder of tools/, installed when it is not yet. */
export async function npmFolder(name: string): Promise<string> {
  const folder = `${ROOT}tools/${name}/`;
  if (!await isInstalled(folder)) {
    await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder });
  }
  return folder;
}
