/**
 * Bundles what runs in a browser, by esbuild from npm (tools/apps).
 *
 * @module
 */
import { npmFolder } from "../npm_folder.ts";
import { run } from "../run.ts";

/** The script and the styles of a page. */
export interface BrowserBundle {
  readonly script: string;
  readonly style: string;
}

/** The bundle of an entry, and of the styles that it imports. */
export async function browserBundle(entry: string): Promise<BrowserBundle> {
  const cwd = await npmFolder("apps");
  const folder = await Deno.makeTempDir({ prefix: "proxmox-mcp-apps-" });
  try {
    const output = `${folder}/page.js`;
    await run("node", ["bundle.mjs", entry, output], { cwd });
    return {
      script: (await Deno.readTextFile(output)).trim(),
      style: (await Deno.readTextFile(`${folder}/page.css`)).trim(),
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
