/**
 * Packs MCP bundles (.mcpb): a binary with a manifest that asks a person for the settings.
 *
 * `--binaries FOLDER` (dist, as scripts/compile.ts fills it), `--output FOLDER` (dist). One bundle
 * for each platform that the folder has a binary for.
 *
 * @module
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import template from "../mcpb/manifest.json" with { type: "json" };
import { executable, mcpBundle, ROOT, type Target, TARGETS, VERSION } from "./project.ts";
import { run } from "./run.ts";

/** The manifest's template: `${…}` stands for what a person enters. */
export type Manifest = typeof template;

/** The manifest of one platform's bundle. */
export function manifest(target: Target): Manifest {
  const file = `server/${executable(target)}`;
  return {
    ...template,
    version: VERSION,
    server: {
      ...template.server,
      entry_point: file,
      mcp_config: { ...template.server.mcp_config, command: `\${__dirname}/${file}` },
    },
    compatibility: { platforms: [target.platform] },
  };
}

/** Packs one bundle: a zip archive of files alone (unpackers trip over folders in it). */
export async function pack(target: Target, binary: string, output: string): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "proxmox-mcp-bundle-" });
  try {
    await Deno.writeTextFile(`${folder}/manifest.json`, JSON.stringify(manifest(target), null, 2));
    await Deno.copyFile(`${ROOT}LICENSE`, `${folder}/LICENSE`);
    await Deno.mkdir(`${folder}/server`);
    await Deno.copyFile(binary, `${folder}/server/${executable(target)}`);
    await Deno.chmod(`${folder}/server/${executable(target)}`, 0o755);
    await run("zip", ["-q", "-r", "-D", "-X", resolve(output), "."], { cwd: folder });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      binaries: { type: "string", default: `${ROOT}dist` },
      output: { type: "string", default: `${ROOT}dist` },
    },
  });
  for (const target of TARGETS) {
    const binary = `${values.binaries}/${target.id}/${executable(target)}`;
    if (await isFile(binary)) await pack(target, binary, `${values.output}/${mcpBundle(target)}`);
  }
}
