/**
 * Holds the program against real clients, from npm: what they say of our plugins and extension, and
 * whether their models are offered all tools. No model is asked: its API is one that records.
 *
 * `--entry FILE` tries another file than the bundle.
 *
 * @module
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { writeOut } from "../src/base/process/console.ts";
import { copyCheckout } from "./checkout.ts";
import { checkFirstTurn, TRIED } from "./clients/first_turn.ts";
import { checkClaude, checkCodex, checkGemini } from "./clients/plugins.ts";
import { npmFolder } from "./npm_folder.ts";
import { ROOT } from "./project.ts";
import { served } from "./served.ts";

const TOKEN = "the-token-of-the-clients";

const { values } = parseArgs({
  options: { entry: { type: "string", default: `${ROOT}dist/proxmox-mcp.js` } },
});
const entry = resolve(values.entry);
const folder = await Deno.makeTempDir({ prefix: "proxmox-mcp-clients-" });
// Deno may be npx's own, which `config` does not let a client start.
const path = `${folder}/bin:${Deno.env.get("PATH")}`;

async function printed(args: readonly string[]): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "-A", entry, "config", ...args],
    env: { PATH: path },
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout);
}

async function checkPlugins(): Promise<void> {
  const source = `${folder}/checkout`;
  await copyCheckout(source);
  const checks = { "Claude Code": checkClaude, Codex: checkCodex, "Gemini CLI": checkGemini };
  for (const [client, check] of Object.entries(checks)) {
    const home = `${folder}/${client}`;
    await Deno.mkdir(home);
    await check(source, { home, cwd: home, path });
    writeOut(`plugin in ${client}: ok`);
  }
}

try {
  await Deno.mkdir(`${folder}/bin`);
  await Deno.symlink(Deno.execPath(), `${folder}/bin/deno`);
  await npmFolder("clients");
  await checkPlugins();
  for (const client of TRIED) {
    await checkFirstTurn(client, await printed([client, "--demo"]), path);
    writeOut(`first turn of ${client}, over stdio: ok`);
  }
  await served(entry, [], { PROXMOX_HTTP_TOKEN: TOKEN }, async (url) => {
    for (const client of TRIED) {
      const configuration = await printed([client, "--http", url]);
      await checkFirstTurn(client, configuration, path, { PROXMOX_HTTP_TOKEN: TOKEN });
      writeOut(`first turn of ${client}, over HTTP: ok`);
    }
  });
} finally {
  await Deno.remove(folder, { recursive: true });
}
