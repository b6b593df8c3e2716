/** What `proxmox-mcp config` says, whatever the client. */
import { CLIENTS } from "../../../src/cli/commands/client_configs.ts";
import { remoteConfig, startedConfig } from "../../../src/cli/commands/config.ts";
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
  assertThrows,
} from "../../assert.ts";
import { environment } from "../../environment.ts";
import { BINARY, NPX_DENO, REMOTE, remoteOf, SET, snippet, STARTING } from "./configs.ts";

Deno.test("config --http takes nothing but an address", () => {
  for (const url of ["", "mcp.example.com", "stdio", "ftp://mcp.example.com/mcp"]) {
    assertThrows(() => remoteConfig(CLIENTS.cursor!, { url, name: "proxmox" }), Error, `"${url}"`);
  }
});

Deno.test("config --http --oauth leaves the bearer token out, and nothing else", () => {
  for (const [name, client] of REMOTE) {
    const url = "https://mcp.example.com/mcp";
    const { snippet: text } = remoteConfig(client, { url, name: "proxmox", oauth: true });
    assertStringIncludes(text, url);
    assert(!/Bearer|TOKEN|headers|Authorization|"oauth": false|inputs|Key:/i.test(text), text);
    const lines = text.split("\n").filter((line) => !line.startsWith("Auth:"));
    const withToken = remoteOf(name);
    for (const line of lines) assertStringIncludes(withToken, line.replace(/,$/, ""));
  }
});

Deno.test("config never prints a secret of the environment", () => {
  const secrets = environment({
    PROXMOX_TOKEN_VALUE: "planted-token",
    PROXMOX_SSH_KEY_PASSPHRASE: "planted-passphrase",
    PROXMOX_HTTP_TOKEN: "planted-bearer",
  });
  for (const [name] of STARTING) {
    const text = snippet(name, secrets);
    assert(!text.includes("planted"), text);
  }
});

Deno.test("config takes a secret's file over and then needs no secret", () => {
  const file = environment({ PROXMOX_TOKEN_VALUE_FILE: "/run/token" });
  for (const [name] of STARTING) {
    const text = snippet(name, file);
    assertMatch(text, /"?PROXMOX_TOKEN_VALUE_FILE"?(: | = )"\/run\/token"/);
    assert(!/PROXMOX_TOKEN_VALUE(?!_FILE)/.test(text), text);
    assert(!text.includes("inputs"), text);
  }
});

Deno.test("config --demo needs no settings at all", () => {
  for (const [name] of STARTING) {
    const text = snippet(name, SET, { demo: true, name: "lab" });
    assertStringIncludes(text, "--demo", name);
    assertStringIncludes(text, "lab", name);
    assert(!text.includes("PROXMOX_"), text);
    assert(!text.includes("inputs"), text);
  }
});

Deno.test("config says why the client starts the program as it does", () => {
  const why = (found?: string | null): string => {
    const program = { ...BINARY, standalone: false, execPath: NPX_DENO };
    return startedConfig(
      CLIENTS.cursor!,
      found === undefined ? program : { ...program, denoOnPath: found },
      SET,
      { demo: false, name: "proxmox" },
    ).notes[0] ?? "";
  };
  assertStringIncludes(why(null), "Deno 2.9.6 or newer, which is not on PATH, would be quicker");
  assertMatch(why(), /not known: `npx -y deno@2\.9\.6 run -A \S+ config CLIENT` finds out$/);
  assertStringIncludes(why("/usr/bin/deno"), "Started by the Deno on PATH");
});

Deno.test("config proposes to tell first what goes, where changes are allowed and nobody can be asked", () => {
  const elevated = { PROXMOX_HOST: "10.0.0.1", PROXMOX_ALLOW_ELEVATED: "true" };
  const shown = (name: string, values: Record<string, string>): string =>
    snippet(name, environment(values));
  for (const [name, { asks, title }] of STARTING) {
    const proposed = shown(name, elevated);
    assertEquals(/PROXMOX_CONFIRM\W+plan\b/.test(proposed), !asks, proposed);
    const { notes } = startedConfig(CLIENTS[name]!, BINARY, environment(elevated), {
      demo: false,
      name: "proxmox",
    });
    const said = notes.some((note) => note.startsWith(`${title} cannot ask a person`));
    assertEquals(said, !asks, title);
    for (
      const values of [
        { PROXMOX_HOST: "10.0.0.1" },
        { ...elevated, PROXMOX_READ_ONLY: "true" },
        { ...elevated, PROXMOX_ALLOW_ELEVATED: "false" },
      ]
    ) assert(!shown(name, values).includes("CONFIRM"), name);
    for (const confirm of ["auto", "always", "never"]) {
      const set = shown(name, { ...elevated, PROXMOX_CONFIRM: confirm });
      assertMatch(set, new RegExp(`PROXMOX_CONFIRM\\W+${confirm}\\b`));
    }
  }
  for (const [name, { asks }] of REMOTE) {
    const { notes } = remoteConfig(CLIENTS[name]!, { url: "https://mcp.example.com/mcp", name });
    const said = notes.some((note) => note.includes("On the server: PROXMOX_CONFIRM=plan"));
    assertEquals(said, !asks, name);
  }
});
