/**
 * How the benchmark starts programs: as the npm package and the image start the bundle.
 *
 * @module
 */
import { copyBundle } from "../bundle.ts";
import { PROGRAM, ROOT } from "../project.ts";
import { run } from "../run.ts";
import { BUNDLE_FLAGS } from "../runtime.ts";

const FLAGS = [...BUNDLE_FLAGS, "--no-prompt", "--allow-env=PROXMOX_*", "--ignore-env"];
/** Where Deno takes code for that of packages: it runs it as it is. */
const PACKAGES = `${ROOT}dist/node_modules`;

/** Deno with the permissions and the limits that the server has. */
export function strictDeno(file: string, more: readonly string[] = []): string[] {
  return [Deno.execPath(), "run", ...FLAGS, ...more, file];
}

/** A folder for the code of a package, empty. */
export async function packageFolder(name: string): Promise<string> {
  const folder = `${PACKAGES}/${name}`;
  await Deno.mkdir(folder, { recursive: true });
  for await (const each of Deno.readDir(folder)) {
    await Deno.remove(`${folder}/${each.name}`, { recursive: true });
  }
  await Deno.writeTextFile(`${folder}/package.json`, JSON.stringify({ type: "module" }));
  return folder;
}

/** The server, see {@linkcode install}. */
export const BUNDLE = `${PACKAGES}/${PROGRAM}/${PROGRAM}.js`;

/** Puts the bundle where it is measured. */
export async function install(): Promise<void> {
  await copyBundle(`${ROOT}dist/${PROGRAM}.js`, await packageFolder(PROGRAM));
}

/** The bundle of a server of the benchmark's that is made of the SDK alone. */
export async function sdkBundle(name: string): Promise<string> {
  const output = `${await packageFolder(name)}/${name}.js`;
  const entry = new URL(`${name}.ts`, import.meta.url).pathname;
  const bundling = ["bundle", "--quiet", "--platform=deno", "--minify", `--output=${output}`];
  await run(Deno.execPath(), [...bundling, entry]);
  return output;
}

/** Settings of a server for a cluster. */
export function settings(host: string): Record<string, string> {
  return {
    PROXMOX_HOST: host,
    PROXMOX_TOKEN_NAME: "bench",
    PROXMOX_TOKEN_VALUE: "bench-secret",
  };
}
