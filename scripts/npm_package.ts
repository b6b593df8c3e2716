/**
 * Makes the npm package in `dist/npm`, and packs it: the bundle, npm's Deno of the exact version,
 * and a launcher that starts the one under the other.
 *
 * `--output FOLDER` (dist), `--commit ID` (by default that of the work tree).
 *
 * @module
 */
import { parseArgs } from "node:util";
import { bundle, bundled, currentCommit, LATE_FOLDER } from "./bundle.ts";
import {
  DESCRIPTION,
  PACKAGE,
  PROGRAM,
  REGISTRY_NAME,
  REPOSITORY,
  ROOT,
  VERSION,
} from "./project.ts";
import { run } from "./run.ts";

const LAUNCHER = "launcher.js";

/** Name of the tarball, as npm makes it of the package's name. */
export const TARBALL = `${PACKAGE.slice(1).replace("/", "-")}-${VERSION}.tgz`;

/** The package's package.json. */
export function packageJson(deno: string): Record<string, unknown> {
  return {
    name: PACKAGE,
    version: VERSION,
    description: DESCRIPTION,
    license: "MIT",
    homepage: REPOSITORY,
    repository: { type: "git", url: `git+${REPOSITORY}.git` },
    keywords: ["mcp", "proxmox"],
    type: "module",
    bin: { [PROGRAM]: LAUNCHER },
    files: [LAUNCHER, `${PROGRAM}.js`, LATE_FOLDER],
    engines: { node: ">=20" },
    os: ["darwin", "linux", "win32"],
    cpu: ["arm64", "x64"],
    dependencies: { deno },
    publishConfig: { access: "public", provenance: true },
    // The MCP registry takes it as proof that the package belongs to the entry.
    mcpName: REGISTRY_NAME,
  };
}

/** Bundles the launcher for Node.js. */
async function launcher(output: string): Promise<void> {
  const code = await bundled("scripts/npm/launcher.ts", ["--minify"]);
  await Deno.writeTextFile(output, `#!/usr/bin/env node\n${code}`, { mode: 0o755 });
}

/** Makes the package's folder and its tarball. */
export async function npmPackage(output: string, commit: string): Promise<void> {
  const folder = `${output}/npm`;
  await Deno.mkdir(folder, { recursive: true });
  await bundle({ entry: `${ROOT}main.ts`, output: `${folder}/${PROGRAM}.js`, commit });
  await launcher(`${folder}/${LAUNCHER}`);
  const deno = (await Deno.readTextFile(`${ROOT}.dvmrc`)).trim();
  await Deno.writeTextFile(`${folder}/package.json`, JSON.stringify(packageJson(deno), null, 2));
  for (const file of ["README.md", "LICENSE"]) {
    await Deno.copyFile(ROOT + file, `${folder}/${file}`);
  }
  await run("npm", ["pack", "--silent", `--pack-destination=${output}`], { cwd: folder });
}

if (import.meta.main) {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      output: { type: "string", default: `${ROOT}dist` },
      commit: { type: "string" },
    },
  });
  await npmPackage(values.output, values.commit ?? await currentCommit());
}
