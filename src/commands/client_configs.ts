/**
 * What the MCP clients want to have in their configuration files: one row for each client.
 *
 * @module
 */

/** How a client starts the server, and with which settings. */
export interface ServerStart {
  /** Name of the server in the client. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A client and its form of configuration. */
export interface ClientForm {
  readonly title: string;
  /** The files to put it into. */
  readonly files: readonly string[];
  /** What stands for the token's secret, where the client can take it from elsewhere. */
  readonly secret?: string;
  readonly render: (start: ServerStart) => string;
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

function mcpServers({ name, command, args, env }: ServerStart, type?: "stdio"): string {
  const server = { ...(type ? { type } : {}), command, args, env };
  return json({ mcpServers: { [name]: server } });
}

/** A TOML basic string: JSON's escapes are a part of TOML's. */
const tomlString = JSON.stringify;

function toml({ name, command, args, env }: ServerStart): string {
  const table = `mcp_servers.${/^[\w-]+$/.test(name) ? name : tomlString(name)}`;
  return [
    `[${table}]`,
    `command = ${tomlString(command)}`,
    `args = [${args.map((each) => tomlString(each)).join(", ")}]`,
    "",
    `[${table}.env]`,
    ...Object.entries(env).map(([key, value]) => `${key} = ${tomlString(value)}`),
  ].join("\n");
}

const VSCODE_TOKEN = "proxmox-token";

function vscode({ name, command, args, env }: ServerStart): string {
  const asks = Object.values(env).includes(`\${input:${VSCODE_TOKEN}}`);
  const input = {
    type: "promptString",
    id: VSCODE_TOKEN,
    description: "Secret of the Proxmox VE API token",
    password: true,
  };
  return json({
    ...(asks ? { inputs: [input] } : {}),
    servers: { [name]: { type: "stdio", command, args, env } },
  });
}

function opencode({ name, command, args, env }: ServerStart): string {
  return json({
    $schema: "https://opencode.ai/config.json",
    mcp: {
      [name]: { type: "local", command: [command, ...args], environment: env, enabled: true },
    },
  });
}

/** All clients, by the name that `config` takes. */
export const CLIENTS: Readonly<Record<string, ClientForm>> = {
  "claude-desktop": {
    title: "Claude Desktop",
    files: [
      "~/Library/Application Support/Claude/claude_desktop_config.json (macOS)",
      "%APPDATA%\\Claude\\claude_desktop_config.json (Windows)",
    ],
    render: (start) => mcpServers(start),
  },
  "claude-code": {
    title: "Claude Code",
    files: [".mcp.json in the project"],
    secret: "${PROXMOX_TOKEN_VALUE}",
    render: (start) => mcpServers(start, "stdio"),
  },
  cursor: {
    title: "Cursor",
    files: ["~/.cursor/mcp.json", ".cursor/mcp.json in the project"],
    secret: "${env:PROXMOX_TOKEN_VALUE}",
    render: (start) => mcpServers(start, "stdio"),
  },
  vscode: {
    title: "VS Code",
    files: [".vscode/mcp.json in the project"],
    secret: `\${input:${VSCODE_TOKEN}}`,
    render: vscode,
  },
  codex: {
    title: "Codex",
    files: ["~/.codex/config.toml"],
    render: toml,
  },
  gemini: {
    title: "Gemini CLI",
    files: ["~/.gemini/settings.json", ".gemini/settings.json in the project"],
    secret: "$PROXMOX_TOKEN_VALUE",
    render: (start) => mcpServers(start),
  },
  opencode: {
    title: "opencode",
    files: ["~/.config/opencode/opencode.json", "opencode.json in the project"],
    secret: "{env:PROXMOX_TOKEN_VALUE}",
    render: opencode,
  },
};
