/**
 * The table of MCP clients: for each, how its configuration file names this server.
 *
 * Each form is documented by its client, or stands in the schema of its program.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";

/** How long a client should wait for the server to start: npx may have to download Deno. */
const STARTUP_SECONDS = 60;
/** How long a client should wait for an answer: `wait` follows a task for as long as it says. */
const CALL_SECONDS = 600;

/** How a client starts the server, and with which settings. */
export interface ServerStart {
  /** Name of the server in the client. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The setting that holds the token's secret, when there is one. */
  readonly secret?: string;
}

/** A server that runs already, and takes clients over HTTP. */
export interface ServerAddress {
  /** Name of the server in the client. */
  readonly name: string;
  readonly url: string;
  /** The setting that holds the bearer token; without it the client asks an identity provider. */
  readonly secret?: string;
}

/** A client and its form of configuration. */
export interface ClientForm {
  readonly title: string;
  /** By its documentation it can ask a person in the middle of a call: MCP's elicitation. */
  readonly asks?: true;
  /** Where to put it. */
  readonly files: readonly string[];
  /** For a server that the client starts; a text says why there is none. */
  readonly stdio: ((start: ServerStart) => string) | string;
  /** For a server over HTTP; a text says why there is none. */
  readonly http: ((server: ServerAddress) => string) | string;
  /** What else is worth knowing: how long it waits, and what it does with the tools. */
  readonly notes?: readonly string[];
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

/** What stands for a secret: where the client takes it from, or a text for a person. */
type SecretForm = (setting: string) => string;

const PLACEHOLDERS: Readonly<Record<string, string>> = {
  PROXMOX_TOKEN_VALUE: "the secret of your token",
  PROXMOX_HTTP_TOKEN: "the token of the server",
};
const placeholder: SecretForm = (setting) => PLACEHOLDERS[setting] ?? setting;
const envVariable: SecretForm = (setting) => `\${env:${setting}}`;

function environment({ env, secret }: ServerStart, form: SecretForm): Record<string, string> {
  return secret === undefined ? { ...env } : { ...env, [secret]: form(secret) };
}

function bearer({ secret }: ServerAddress, form: SecretForm): Record<string, string> | undefined {
  return secret === undefined ? undefined : { Authorization: `Bearer ${form(secret)}` };
}

interface Keys {
  /** The key that all servers stand under. */
  readonly servers?: string;
  /** What stands before the rest of a server. */
  readonly first?: Readonly<Record<string, unknown>>;
  readonly last?: Readonly<Record<string, unknown>>;
  /** The key of the address. */
  readonly url?: string;
}

/** The common form of a server that is started. */
function started(form: SecretForm, keys: Keys = {}): (start: ServerStart) => string {
  const { servers = "mcpServers", first, last } = keys;
  return (start) => {
    const { name, command, args } = start;
    const server = { ...first, command, args, env: environment(start, form), ...last };
    return json({ [servers]: { [name]: server } });
  };
}

/** The common form of a server over HTTP. */
function remote(form: SecretForm, keys: Keys = {}): (server: ServerAddress) => string {
  const { servers = "mcpServers", first, last, url = "url" } = keys;
  return (server) => {
    const headers = bearer(server, form);
    const entry = { ...first, [url]: server.url, ...defined({ headers }), ...last };
    return json({ [servers]: { [server.name]: entry } });
  };
}

/** A TOML basic string: JSON's escapes are a part of TOML's. */
const tomlString = JSON.stringify;

function codexTable(name: string): string {
  return `mcp_servers.${/^[\w-]+$/.test(name) ? name : tomlString(name)}`;
}

/** Without `required`, a first turn goes to the model before the server has answered. */
const CODEX_TIMEOUTS = [
  "required = true",
  `startup_timeout_sec = ${STARTUP_SECONDS}`,
  `tool_timeout_sec = ${CALL_SECONDS}`,
];

function codexStarted({ name, command, args, env, secret }: ServerStart): string {
  return [
    `[${codexTable(name)}]`,
    `command = ${tomlString(command)}`,
    `args = [${args.map((each) => tomlString(each)).join(", ")}]`,
    ...(secret === undefined ? [] : [`env_vars = [${tomlString(secret)}]`]),
    ...CODEX_TIMEOUTS,
    "",
    `[${codexTable(name)}.env]`,
    ...Object.entries(env).map(([key, value]) => `${key} = ${tomlString(value)}`),
  ].join("\n");
}

function codexRemote({ name, url, secret }: ServerAddress): string {
  return [
    `[${codexTable(name)}]`,
    `url = ${tomlString(url)}`,
    ...(secret === undefined ? [] : [`bearer_token_env_var = ${tomlString(secret)}`]),
    ...CODEX_TIMEOUTS,
  ].join("\n");
}

/** What VS Code asks for at the first start, by the setting that it is for. */
const VSCODE_INPUTS: Readonly<
  Record<string, { readonly id: string; readonly description: string }>
> = {
  PROXMOX_TOKEN_VALUE: { id: "proxmox-token", description: "Secret of the Proxmox VE API token" },
  PROXMOX_HTTP_TOKEN: { id: "proxmox-http-token", description: "Bearer token of the server" },
};
const vscodeInput: SecretForm = (setting) => `\${input:${VSCODE_INPUTS[setting]?.id}}`;

function vscode(secret: string | undefined, name: string, server: unknown): string {
  const inputSpec = secret === undefined ? undefined : VSCODE_INPUTS[secret];
  const input = inputSpec &&
    { type: "promptString", id: inputSpec.id, description: inputSpec.description, password: true };
  return json({ ...defined({ inputs: input && [input] }), servers: { [name]: server } });
}

const opencodeVariable: SecretForm = (setting) => `{env:${setting}}`;

function opencode(name: string, server: Readonly<Record<string, unknown>>): string {
  return json({
    $schema: "https://opencode.ai/config.json",
    mcp: { [name]: { ...server, enabled: true, timeout: CALL_SECONDS * 1000 } },
  });
}

/** Open WebUI has a form to fill in and no file. */
function openWebui({ name, url, secret }: ServerAddress): string {
  return [
    "Type: MCP (Streamable HTTP)",
    `URL: ${url}`,
    ...(secret === undefined ? ["Auth: OAuth 2.1"] : [
      "Auth: Bearer",
      `Key: ${placeholder(secret)}`,
    ]),
    `ID: ${name}`,
    `Name: ${name}`,
  ].join("\n");
}

const dollarVariable: SecretForm = (setting) => `$${setting}`;
const bracedVariable: SecretForm = (setting) => `\${${setting}}`;
const CLINE_TIMEOUT = { timeout: CALL_SECONDS };
const GEMINI_TIMEOUT = { timeout: CALL_SECONDS * 1000 };
const ZED_TIMEOUT = { timeout: CALL_SECONDS };

/** All clients, by the name that `config` takes. */
export const CLIENTS: Readonly<Record<string, ClientForm>> = {
  "claude-desktop": {
    title: "Claude Desktop",
    files: [
      "~/Library/Application Support/Claude/claude_desktop_config.json (macOS)",
      "%APPDATA%\\Claude\\claude_desktop_config.json (Windows)",
    ],
    stdio: started(placeholder),
    http: "Claude Desktop has no place for a bearer token: let it start the server itself",
  },
  "claude-code": {
    title: "Claude Code",
    asks: true,
    files: [".mcp.json in the project"],
    stdio: started(bracedVariable, { first: { type: "stdio" } }),
    http: remote(bracedVariable, { first: { type: "http" } }),
    notes: [
      `MCP_TIMEOUT=${STARTUP_SECONDS * 1000} in its environment waits ${STARTUP_SECONDS} s for ` +
      "the start, MCP_TOOL_TIMEOUT (ms) bounds a call",
    ],
  },
  cursor: {
    title: "Cursor",
    asks: true,
    files: ["~/.cursor/mcp.json", ".cursor/mcp.json in the project"],
    stdio: started(envVariable, { first: { type: "stdio" } }),
    http: remote(envVariable),
  },
  vscode: {
    title: "VS Code",
    asks: true,
    files: [".vscode/mcp.json in the project"],
    stdio: (start) => {
      const { name, command, args, secret } = start;
      const env = environment(start, vscodeInput);
      return vscode(secret, name, { type: "stdio", command, args, env });
    },
    http: (server) => {
      const { name, url, secret } = server;
      const headers = bearer(server, vscodeInput);
      return vscode(secret, name, { type: "http", url, ...defined({ headers }) });
    },
  },
  codex: {
    title: "Codex",
    asks: true,
    files: ["~/.codex/config.toml"],
    stdio: codexStarted,
    http: codexRemote,
    notes: ["It waits for the server before the first turn, and does not start without it"],
  },
  gemini: {
    title: "Gemini CLI",
    files: ["~/.gemini/settings.json", ".gemini/settings.json in the project"],
    stdio: started(dollarVariable, { last: GEMINI_TIMEOUT }),
    http: remote(dollarVariable, { url: "httpUrl", last: GEMINI_TIMEOUT }),
    notes: [
      "`gemini -p` leaves out tools that it would have to ask about: name the server with " +
      "--allowed-mcp-server-names",
    ],
  },
  opencode: {
    title: "opencode",
    files: ["~/.config/opencode/opencode.json", "opencode.json in the project"],
    stdio: (start) =>
      opencode(start.name, {
        type: "local",
        command: [start.command, ...start.args],
        environment: environment(start, opencodeVariable),
      }),
    http: (server) =>
      opencode(server.name, {
        type: "remote",
        url: server.url,
        ...(server.secret === undefined ? {} : { oauth: false }),
        ...defined({ headers: bearer(server, opencodeVariable) }),
      }),
  },
  windsurf: {
    title: "Windsurf",
    files: ["~/.codeium/windsurf/mcp_config.json"],
    stdio: started(envVariable),
    http: remote(envVariable, { url: "serverUrl" }),
    notes: [
      "It takes 100 tools of all servers together: PROXMOX_TOOLSETS=core leaves room for others",
    ],
  },
  cline: {
    title: "Cline",
    files: ["cline_mcp_settings.json (MCP Servers, Configure, Configure MCP Servers)"],
    stdio: started(placeholder, { first: { type: "stdio" }, last: CLINE_TIMEOUT }),
    http: remote(placeholder, { first: { type: "streamableHttp" }, last: CLINE_TIMEOUT }),
  },
  zed: {
    title: "Zed",
    files: ["settings.json (command `zed: open settings file`)"],
    stdio: started(placeholder, { servers: "context_servers", last: ZED_TIMEOUT }),
    http: remote(placeholder, { servers: "context_servers", last: ZED_TIMEOUT }),
  },
  "lm-studio": {
    title: "LM Studio",
    files: ["mcp.json (Program, Install, Edit mcp.json)"],
    stdio: started(placeholder),
    http: remote(placeholder),
    notes: ["PROXMOX_TOOLSETS=compact leaves a small model more of its context"],
  },
  "open-webui": {
    title: "Open WebUI",
    files: ["Settings, Admin, Integrations, Add Server"],
    stdio: "Open WebUI starts no servers: run `proxmox-mcp serve --http ADDRESS`, and give its " +
      "address with --http",
    http: openWebui,
    notes: ["MCP_INITIALIZE_TIMEOUT in its environment (10 seconds) bounds the start"],
  },
};
