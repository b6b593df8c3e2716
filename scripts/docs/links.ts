/**
 * Links that install the server with one click.
 * Sources: cursor.com/docs/mcp/install-links; code.visualstudio.com/docs/copilot (MCP servers).
 *
 * @module
 */
import { CLIENTS } from "../../src/cli/commands/client_configs.ts";
import { PACKAGE, VERSION } from "../project.ts";
import { EXAMPLE } from "./clients.ts";

const NAME = "proxmox";
/** Starts the published program, which brings its Deno, with nothing but Node.js installed. */
const COMMAND = { command: "npx", args: ["-y", `${PACKAGE}@${VERSION}`] };
/** What VS Code asks for at the first start, by the variable that gets it. */
const INPUTS = {
  PROXMOX_HOST: { id: "proxmox-host", description: "Name or IP address of a node" },
  PROXMOX_USER: { id: "proxmox-user", description: "User with realm", default: "mcp@pve" },
  PROXMOX_TOKEN_NAME: { id: "proxmox-token-name", description: "Name of the API token" },
  PROXMOX_TOKEN_VALUE: {
    id: "proxmox-token",
    description: "Secret of the API token",
    password: true,
  },
};

function cursorConfig(): string {
  const { stdio } = CLIENTS.cursor!;
  if (typeof stdio === "string") throw new TypeError(stdio);
  return stdio({ name: NAME, ...COMMAND, env: EXAMPLE, secret: "PROXMOX_TOKEN_VALUE" });
}

function cursorLink(): string {
  const servers = JSON.parse(cursorConfig()) as { mcpServers: Record<string, unknown> };
  const bytes = new TextEncoder().encode(JSON.stringify(servers.mcpServers[NAME]));
  const encoded = encodeURIComponent(btoa(String.fromCharCode(...bytes)));
  return `https://cursor.com/install-mcp?name=${NAME}&config=${encoded}`;
}

function vscodeParts(): { inputs: unknown[]; server: unknown } {
  const entries = Object.entries(INPUTS);
  const inputs = entries.map(([, input]) => ({ type: "promptString", ...input }));
  const asked = entries.map(([name, { id }]) => [name, `\${input:${id}}`]);
  const env = { ...Object.fromEntries(asked), PROXMOX_SSL_MODE: "verify" };
  return { inputs, server: { type: "stdio", ...COMMAND, env } };
}

function vscodeLink(): string {
  const { inputs, server } = vscodeParts();
  const encoded = [inputs, server].map((each) => encodeURIComponent(JSON.stringify(each)));
  return `https://insiders.vscode.dev/redirect/mcp/install?name=${NAME}&inputs=${
    encoded[0]
  }&config=${encoded[1]}`;
}

/** The links, in a line of their own. */
export function installLinks(): string {
  return [
    "<!-- deno-fmt-ignore-start -->",
    "",
    `**[Install in VS Code](${vscodeLink()})** · **[Install in Cursor](${cursorLink()})**`,
    "",
    "<!-- deno-fmt-ignore-end -->",
  ].join("\n");
}
