/** How a client starts the program. */
import { findDeno, startOf } from "../../../src/cli/commands/program.ts";
import { VERSION } from "../../../src/base/process/version.ts";
import { assertEquals } from "../../assert.ts";
import { BINARY, NPX_DENO } from "./configs.ts";

const PERMISSIONS = ["run", "--no-prompt", "--allow-net"];

function started(execPath: string, mainModule: string, found?: string | null): string[] {
  const program = { standalone: false, execPath, denoVersion: "2.9.6", mainModule };
  const { command, args } = startOf(
    found === undefined ? program : { ...program, denoOnPath: found },
    ["--allow-net"],
  );
  return [command, ...args];
}

Deno.test("config starts the program in the quickest way there is", () => {
  const deno = "/usr/bin/deno";
  const source = "file:///src/proxmox-mcp/main.ts";
  const jsr = "https://jsr.io/@proxmox-mcp/proxmox-mcp/1.2.3/main.ts";
  const npx = ["npx", "-y", "deno@2.9.6"];
  const { command: itself, args } = startOf(BINARY, []);
  assertEquals([itself, ...args], [BINARY.execPath]);
  assertEquals(started(deno, source), [deno, ...PERMISSIONS, source]);
  assertEquals(started(deno, jsr), [
    deno,
    ...PERMISSIONS,
    "jsr:@proxmox-mcp/proxmox-mcp@1.2.3",
  ]);
  assertEquals(started(NPX_DENO, source, deno), [deno, ...PERMISSIONS, source]);
  assertEquals(started(NPX_DENO, source, null), [...npx, ...PERMISSIONS, source]);
  assertEquals(started(NPX_DENO, source), [...npx, ...PERMISSIONS, source]);
});

Deno.test("config starts the npm package as such, in the version that runs, wherever npm put it", () => {
  for (const folder of ["/root/.npm/_npx/1", "/usr/lib", "/C:/Users/me/AppData/Roaming/npm"]) {
    const module = `file://${folder}/node_modules/@proxmox-mcp/proxmox-mcp/proxmox-mcp.js`;
    assertEquals(started(NPX_DENO, module), ["npx", "-y", `@proxmox-mcp/proxmox-mcp@${VERSION}`]);
  }
});

Deno.test("config finds a Deno on PATH that is new enough, and none of npx", async () => {
  const root = await Deno.makeTempDir();
  try {
    const add = async (folder: string, version?: string): Promise<string> => {
      await Deno.mkdir(`${root}/${folder}`, { recursive: true });
      if (version === undefined) await Deno.symlink(Deno.execPath(), `${root}/${folder}/deno`);
      else {
        const script = `#!/bin/sh\necho "deno ${version} (stable, release)"\n`;
        await Deno.writeTextFile(`${root}/${folder}/deno`, script, { mode: 0o755 });
      }
      return `${root}/${folder}`;
    };
    const real = await add("real");
    const ofNpx = await add("_npx/1/node_modules/.bin");
    const old = await add("old", "1.46.3");
    const earlier = await add("earlier", "2.9.5");
    const later = await add("later", "2.10.0");
    const next = await add("next", "3.0.0");
    await Deno.mkdir(`${root}/folder/deno`, { recursive: true });
    const find = (...folders: string[]): string | null => findDeno(folders.join(":"), "2.9.6");
    assertEquals(find(ofNpx, old, earlier, next, `${root}/folder`, `${root}/none`), null);
    assertEquals(find("", ".", old, later, real), `${later}/deno`);
    assertEquals(findDeno(`${ofNpx}:${real}`, Deno.version.deno), `${real}/deno`);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
