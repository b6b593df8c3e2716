/**
 * What each client wants in its configuration, as `proxmox-mcp config` prints it.
 *
 * @module
 */
import { type ClientForm, CLIENTS } from "../../src/cli/commands/client_configs.ts";
import { remoteConfig, startedConfig } from "../../src/cli/commands/config.ts";
import type { Program } from "../../src/cli/commands/program.ts";
import type { Environment } from "../../src/config/source.ts";
import type { Parts } from "./marked.ts";

const NAME = "proxmox";
const URL = "https://mcp.example.com/mcp";
/** The released program. */
const PROGRAM: Program = {
  standalone: true,
  execPath: "proxmox-mcp",
  denoVersion: Deno.version.deno,
  mainModule: "",
};

/** The settings of the examples. */
export const EXAMPLE: Readonly<Record<string, string>> = {
  PROXMOX_HOST: "pve1.example.com",
  PROXMOX_USER: "mcp@pve",
  PROXMOX_TOKEN_NAME: "mcp",
  PROXMOX_SSL_MODE: "verify",
};
const ENVIRONMENT: Environment = {
  get: (name) => EXAMPLE[name],
  names: () => Object.keys(EXAMPLE),
  readFile: Deno.readTextFileSync,
};

const LANGUAGES: Readonly<Record<string, string>> = { "{": "json", "[": "toml" };

function block(snippet: string): string {
  return `\`\`\`${LANGUAGES[snippet.charAt(0)] ?? "text"}\n${snippet}\n\`\`\``;
}

function part(client: ClientForm): string {
  const { files, stdio, http, notes = [] } = client;
  const options = { demo: false, name: NAME };
  const where = `In ${files.join(" or ")}:`;
  return [
    ...typeof stdio === "string"
      ? [`${stdio}.`]
      : [where, block(startedConfig(client, PROGRAM, ENVIRONMENT, options).snippet)],
    ...typeof http === "string" ? [`${http}.`] : [
      typeof stdio === "string" ? where : "For a server over HTTP:",
      block(remoteConfig(client, { url: URL, name: NAME }).snippet),
    ],
    ...notes.length === 0 ? [] : [notes.map((note) => `- ${note}.`).join("\n")],
  ].join("\n\n");
}

/** Which clients can ask a person, as a table. */
function askingTable(): string {
  const titles = (wanted: boolean): string =>
    Object.values(CLIENTS).filter(({ asks }) => Boolean(asks) === wanted).map(({ title }) => title)
      .join(", ");
  return [
    "| Client | Can ask a person | What `PROXMOX_CONFIRM=auto` does there with a loss |",
    "| --- | --- | --- |",
    `| ${titles(true)} | yes | asks first |`,
    `| ${titles(false)} | no | does it at once |`,
    "| LangChain, mcporter, and other libraries and command lines as they come | no | does it at once |",
  ].join("\n");
}

/** A part for each client, by the name that `config` takes, and which of them can ask. */
export function clientParts(): Parts {
  return {
    asking: askingTable(),
    ...Object.fromEntries(Object.entries(CLIENTS).map(([name, client]) => [name, part(client)])),
  };
}
