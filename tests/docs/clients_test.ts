/** The client configurations of the documents, and the links that install them. */
import { PACKAGE, ROOT, VERSION } from "../../scripts/project.ts";
import { loadConfig } from "../../src/config/config.ts";
import { assert, assertEquals } from "../assert.ts";
import { blocksOf } from "./calls.ts";
import { readShell } from "./shell.ts";

interface Server {
  readonly command?: string | readonly string[];
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What opencode calls `env`. */
  readonly environment?: Readonly<Record<string, string>>;
}

type Servers = Readonly<Record<string, Server>>;

interface Input {
  readonly id: string;
  readonly password?: boolean;
}

interface Configuration {
  readonly mcpServers?: Servers;
  readonly servers?: Servers;
  readonly context_servers?: Servers;
  readonly mcp?: Servers;
}

const README = Deno.readTextFileSync(`${ROOT}README.md`);
const CLIENTS = Deno.readTextFileSync(`${ROOT}docs/clients.md`);

function serversIn({ mcpServers, servers, context_servers, mcp }: Configuration): Server[] {
  return Object.values(mcpServers ?? servers ?? context_servers ?? mcp ?? {});
}

/** The servers of all blocks of JSON that a client would start. */
function started(text: string): Server[] {
  return blocksOf(text).filter(({ language }) => language === "json")
    .flatMap((block) => serversIn(JSON.parse(block.text) as Configuration))
    .filter(({ command }) => command !== undefined);
}

/** The server that the page shows for a client. */
function serverOf(client: string): Server {
  const found = started(CLIENTS.slice(CLIENTS.indexOf(`\n## ${client}\n`)))[0];
  assert(found, `There is no configuration for ${client}`);
  return found;
}

function linkOf(words: string): URL {
  const [, url = ""] = new RegExp(`\\[${words}\\]\\((https://[^)]+)\\)`).exec(README) ?? [];
  return new URL(url);
}

function parameter(url: URL, name: string): unknown {
  return JSON.parse(url.searchParams.get(name) ?? "");
}

/** What the links start: the published package, with nothing but Node.js installed. */
function checkStart({ command, args }: Server): void {
  assertEquals([command, args], ["npx", ["-y", `${PACKAGE}@${VERSION}`]]);
}

Deno.test("the link for VS Code sets what the page sets, and asks for each value", () => {
  const link = linkOf("Install in VS Code");
  assertEquals(link.origin + link.pathname, "https://insiders.vscode.dev/redirect/mcp/install");
  const server = parameter(link, "config") as Server;
  checkStart(server);
  assertEquals(link.searchParams.get("name"), "proxmox");
  const set = Object.keys(server.env ?? {}).sort();
  assertEquals(set, Object.keys(serverOf("VS Code").env ?? {}).sort());
  const asked = Object.values(server.env ?? {}).flatMap((value) =>
    [...value.matchAll(/\$\{input:([\w-]+)\}/g)].map(([, id]) => id)
  );
  const inputs = parameter(link, "inputs") as Input[];
  assertEquals(asked, inputs.map(({ id }) => id));
  assertEquals(inputs.filter(({ password }) => password).map(({ id }) => id), ["proxmox-token"]);
});

Deno.test("the link for Cursor sets what the page sets", () => {
  const link = linkOf("Install in Cursor");
  assertEquals(link.origin + link.pathname, "https://cursor.com/install-mcp");
  const server = JSON.parse(atob(link.searchParams.get("config") ?? "")) as Server;
  checkStart(server);
  assertEquals(link.searchParams.get("name"), "proxmox");
  assertEquals(server.env, serverOf("Cursor").env);
});

/** What the client puts in place of a value: a secret, a host and so on, a user with its realm. */
function filled(name: string, value: string): string {
  if (name === "PROXMOX_TOKEN_VALUE") return "11111111-2222-3333-4444-555555555555";
  return value.replace(/\$\{.+\}/, name === "PROXMOX_USER" ? "mcp@pve" : "pve1");
}

function warningsOf(settings: ReadonlyMap<string, string>, demo: boolean): string[] {
  const { warnings } = loadConfig({
    get: (name) => settings.get(name),
    names: () => [...settings.keys()],
    readFile: Deno.readTextFileSync,
  }, { demo });
  return warnings;
}

Deno.test("every client configuration in docs/clients.md is accepted by the program", () => {
  const all = started(CLIENTS);
  assert(all.length > 0);
  for (const { command, args = [], env, environment } of all) {
    const values = new Map(
      Object.entries(env ?? environment ?? {}).map(([name, value]) => [name, filled(name, value)]),
    );
    assertEquals(warningsOf(values, [...args, command].includes("--demo")), []);
  }
});

/** The settings that the commands of a shell block have: exported before, or given by `--env`. */
function settingsIn(text: string): Map<string, string> {
  const words = readShell(text).commands.flatMap((command) => command.words);
  return new Map(words.flatMap(({ value }) => {
    const [, name, setting] = /^(PROXMOX_\w+)=(.*)$/.exec(value) ?? [];
    if (name === undefined || setting === undefined) return [];
    return [[name, filled(name, setting)]];
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
