/** The client configurations of docs/clients.md, and the links of the README that install them. */
import { ROOT } from "../../scripts/project.ts";
import { loadConfig } from "../../src/config.ts";
import { assert, assertEquals } from "../assert.ts";
import { blocksOf } from "./calls.ts";
import { readShell } from "./shell.ts";

interface Server {
  readonly command: string;
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

interface Configuration {
  readonly mcpServers?: Readonly<Record<string, Server>>;
  readonly servers?: Readonly<Record<string, Server>>;
  readonly inputs?: readonly { readonly id: string; readonly password?: boolean }[];
}

/** What a person or a client puts where another value than a host is wanted. */
const FILLED: Readonly<Record<string, string>> = {
  PROXMOX_USER: "mcp@pve",
  PROXMOX_TOKEN_NAME: "mcp",
  PROXMOX_TOKEN_VALUE: "11111111-2222-3333-4444-555555555555",
};
const README = Deno.readTextFileSync(`${ROOT}README.md`);
const CLIENTS = Deno.readTextFileSync(`${ROOT}docs/clients.md`);

function configurations(text: string): Configuration[] {
  return blocksOf(text).filter(({ language }) => language === "json")
    .map((block) => JSON.parse(block.text) as Configuration)
    .filter((each) => each.mcpServers ?? each.servers);
}

/** The block that follows a heading in bold. */
function configurationOf(client: string): Configuration {
  const found = configurations(CLIENTS.slice(CLIENTS.indexOf(`**${client}**`)))[0];
  assert(found, `docs/clients.md has no configuration for ${client}`);
  return found;
}

function linkOf(words: string): URL {
  const [, url = ""] = new RegExp(`\\[${words}\\]\\((https://[^)]+)\\)`).exec(README) ?? [];
  return new URL(url);
}

Deno.test("the link for VS Code installs the configuration that docs/clients.md shows", () => {
  const { origin, pathname, searchParams } = linkOf("Install in VS Code");
  assertEquals(`${origin}${pathname}`, "https://insiders.vscode.dev/redirect/mcp/install");
  const { inputs, servers } = configurationOf("VS Code");
  const [[name, server] = []] = Object.entries(servers ?? {});
  assertEquals(searchParams.get("name"), name);
  assertEquals(JSON.parse(searchParams.get("config") ?? ""), server);
  assertEquals(JSON.parse(searchParams.get("inputs") ?? ""), inputs);
});

Deno.test("the link for Cursor installs the configuration that docs/clients.md shows", () => {
  const { origin, pathname, searchParams } = linkOf("Install in Cursor");
  assertEquals(`${origin}${pathname}`, "https://cursor.com/install-mcp");
  const [[name, server] = []] = Object.entries(configurationOf("Cursor").mcpServers ?? {});
  assertEquals(searchParams.get("name"), name);
  assertEquals(JSON.parse(atob(searchParams.get("config") ?? "")), server);
});

Deno.test("VS Code asks for everything that its configuration names, for the secret unseen", () => {
  const { inputs = [], servers } = configurationOf("VS Code");
  const asked = Object.values(servers?.proxmox?.env ?? {}).flatMap((value) =>
    [...value.matchAll(/\$\{input:([\w-]+)\}/g)].map(([, id]) => id)
  );
  assertEquals(asked, inputs.map(({ id }) => id));
  assertEquals(inputs.filter(({ password }) => password).map(({ id }) => id), ["proxmox-token"]);
});

function warningsOf(settings: ReadonlyMap<string, string>, demo: boolean): string[] {
  const { warnings } = loadConfig({
    get: (name) => settings.get(name),
    names: () => [...settings.keys()],
    readFile: Deno.readTextFileSync,
  }, { demo });
  return warnings;
}

Deno.test("every client configuration in docs/clients.md is accepted by the program", () => {
  const all = configurations(CLIENTS);
  assert(all.length > 0);
  for (const each of all) {
    for (const server of Object.values(each.mcpServers ?? each.servers ?? {})) {
      const filled = new Map(
        Object.entries(server.env).map(([name, value]) => [
          name,
          value.replace(/\$\{.+\}|^xxxx.+/, FILLED[name] ?? "pve1"),
        ]),
      );
      assertEquals(warningsOf(filled, server.args?.includes("--demo") ?? false), []);
    }
  }
});

/** The settings that the commands of a shell block have: exported before, or given by `--env`. */
function settingsIn(text: string): Map<string, string> {
  const words = readShell(text).commands.flatMap((command) => command.words);
  return new Map(words.flatMap(({ value }) => {
    const [, name, setting] = /^(PROXMOX_\w+)=(.*)$/.exec(value) ?? [];
    if (name === undefined || setting === undefined) return [];
    return [[name, setting.replace(/^xxxx.+/, FILLED[name] ?? "")]];
  }));
}

for (const path of ["README.md", "docs/README.ko.md", "docs/getting-started.md"]) {
  Deno.test(`the settings of the commands in ${path} are accepted by the program`, () => {
    const all = blocksOf(Deno.readTextFileSync(ROOT + path))
      .filter(({ language }) => language === "sh").map(({ text }) => settingsIn(text))
      .filter((settings) => settings.has("PROXMOX_HOST"));
    assert(all.length > 0);
    for (const settings of all) assertEquals(warningsOf(settings, false), []);
  });
}
