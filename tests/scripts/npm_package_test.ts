/**
 * What the npm package holds, and what it lets Deno do. `deno task try-npm` installs it for real.
 *
 * @module
 */
import { denoArguments } from "../../scripts/npm/arguments.ts";
import { packageJson, TARBALL } from "../../scripts/npm_package.ts";
import { REGISTRY_NAME, ROOT, VERSION } from "../../scripts/project.ts";
import { BUNDLE_FLAGS, PERMISSIONS } from "../../scripts/runtime.ts";
import { assert, assertEquals } from "../assert.ts";

const BUNDLE = "/package/proxmox-mcp.js";
const SETTINGS = {
  PROXMOX_HOST: "pve1.example.com,pve2.example.com",
  PROXMOX_TOKEN_VALUE_FILE: "/secret",
  PROXMOX_FILES_DIR: "/files",
  HOME: "/home/me",
};

/** What Deno is allowed: what stands before the bundle, and no switch that takes parts away. */
function allowed(...args: string[]): string[] {
  const all = denoArguments(BUNDLE, args, SETTINGS);
  assertEquals(all.slice(all.indexOf(BUNDLE) + 1), args);
  return all.slice(0, all.indexOf(BUNDLE)).filter((each) => /^--(allow|deny|ignore)/.test(each));
}

Deno.test("the npm package depends on npm's Deno of the exact version alone", async () => {
  const deno = (await Deno.readTextFile(`${ROOT}.dvmrc`)).trim();
  const { name, version, dependencies, files, mcpName } = packageJson(deno);
  assertEquals(files, ["launcher.js", "proxmox-mcp.js", "late"]);
  assertEquals([name, version], ["@proxmox-mcp/proxmox-mcp", VERSION]);
  assertEquals(dependencies, { deno });
  assertEquals(mcpName, REGISTRY_NAME);
  assertEquals(TARBALL, `proxmox-mcp-proxmox-mcp-${VERSION}.tgz`);
});

Deno.test("over stdio the settings tell what Deno allows", () => {
  const narrow = [
    "--allow-net=pve1.example.com:8006,pve2.example.com:8006",
    "--allow-env=PROXMOX_*",
    "--ignore-env",
    "--allow-read=/secret,/files",
    "--allow-write=/files",
  ];
  assertEquals(allowed(), narrow);
  assertEquals(allowed("serve"), narrow);
  assertEquals(allowed("--demo"), ["--allow-env=PROXMOX_*", "--ignore-env"]);
});

Deno.test("other commands are allowed what binaries are, whatever the settings say", () => {
  const most = PERMISSIONS.filter((each) => each !== "--no-prompt");
  for (const args of [["serve", "--http", "8808"], ["--http=8808"], ["doctor"], ["call", "x"]]) {
    assertEquals(allowed(...args), most, args.join(" "));
  }
});

Deno.test("nothing is asked, and no other code is found or loaded", () => {
  for (const args of [[], ["--demo"], ["doctor"]]) {
    const all = denoArguments(BUNDLE, args, SETTINGS);
    for (const flag of ["--no-prompt", ...BUNDLE_FLAGS]) {
      assert(all.indexOf(flag) < all.indexOf(BUNDLE) && all.includes(flag), flag);
    }
  }
});
