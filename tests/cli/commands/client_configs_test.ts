/** What each client is given, in its own form. */
import { CLIENTS } from "../../../src/cli/commands/client_configs.ts";
import { startedConfig } from "../../../src/cli/commands/config.ts";
import { assertEquals, assertThrows } from "../../assert.ts";
import { BINARY, REMOTE, remoteOf, SET, snippet } from "./configs.ts";

function configOf(name: string): string {
  return snippet(name, SET);
}

function parsed(name: string): unknown {
  return JSON.parse(configOf(name));
}

function env(secret: string): Record<string, string> {
  return {
    PROXMOX_HOST: "10.0.0.1",
    PROXMOX_USER: "mcp@pve",
    PROXMOX_TOKEN_NAME: "robot",
    PROXMOX_TOKEN_VALUE: secret,
    PROXMOX_SSL_MODE: "verify",
  };
}

const command = BINARY.execPath;

Deno.test("config knows the form of each client", () => {
  assertEquals(parsed("claude-desktop"), {
    mcpServers: { proxmox: { command, args: [], env: env("the secret of your token") } },
  });
  assertEquals(parsed("claude-code"), {
    mcpServers: {
      proxmox: { type: "stdio", command, args: [], env: env("${PROXMOX_TOKEN_VALUE}") },
    },
  });
  assertEquals(parsed("cursor"), {
    mcpServers: {
      proxmox: { type: "stdio", command, args: [], env: env("${env:PROXMOX_TOKEN_VALUE}") },
    },
  });
  assertEquals(parsed("vscode"), {
    inputs: [{
      type: "promptString",
      id: "proxmox-token",
      description: "Secret of the Proxmox VE API token",
      password: true,
    }],
    servers: {
      proxmox: { type: "stdio", command, args: [], env: env("${input:proxmox-token}") },
    },
  });
  assertEquals(parsed("gemini"), {
    mcpServers: {
      proxmox: { command, args: [], env: env("$PROXMOX_TOKEN_VALUE"), timeout: 600_000 },
    },
  });
  assertEquals(parsed("windsurf"), {
    mcpServers: { proxmox: { command, args: [], env: env("${env:PROXMOX_TOKEN_VALUE}") } },
  });
  assertEquals(parsed("cline"), {
    mcpServers: {
      proxmox: {
        type: "stdio",
        command,
        args: [],
        env: env("the secret of your token"),
        timeout: 600,
      },
    },
  });
  assertEquals(parsed("zed"), {
    context_servers: {
      proxmox: { command, args: [], env: env("the secret of your token"), timeout: 600 },
    },
  });
  assertEquals(parsed("lm-studio"), {
    mcpServers: { proxmox: { command, args: [], env: env("the secret of your token") } },
  });
  assertEquals(parsed("opencode"), {
    $schema: "https://opencode.ai/config.json",
    mcp: {
      proxmox: {
        type: "local",
        command: [command],
        environment: env("{env:PROXMOX_TOKEN_VALUE}"),
        enabled: true,
        timeout: 600_000,
      },
    },
  });
  assertEquals(
    configOf("codex"),
    `[mcp_servers.proxmox]
command = "${command}"
args = []
env_vars = ["PROXMOX_TOKEN_VALUE"]
required = true
startup_timeout_sec = 60
tool_timeout_sec = 600

[mcp_servers.proxmox.env]
PROXMOX_HOST = "10.0.0.1"
PROXMOX_USER = "mcp@pve"
PROXMOX_TOKEN_NAME = "robot"
PROXMOX_SSL_MODE = "verify"`,
  );
});

Deno.test("config --http knows the form of each client", () => {
  const url = "https://mcp.example.com/mcp";
  const headers = (token: string): { headers: { Authorization: string } } => ({
    headers: { Authorization: `Bearer ${token}` },
  });
  const shared = "the token of the server";
  const forms: Readonly<Record<string, unknown>> = {
    "claude-code": {
      mcpServers: { proxmox: { type: "http", url, ...headers("${PROXMOX_HTTP_TOKEN}") } },
    },
    cursor: { mcpServers: { proxmox: { url, ...headers("${env:PROXMOX_HTTP_TOKEN}") } } },
    vscode: {
      inputs: [{
        type: "promptString",
        id: "proxmox-http-token",
        description: "Bearer token of the server",
        password: true,
      }],
      servers: { proxmox: { type: "http", url, ...headers("${input:proxmox-http-token}") } },
    },
    gemini: {
      mcpServers: {
        proxmox: { httpUrl: url, ...headers("$PROXMOX_HTTP_TOKEN"), timeout: 600_000 },
      },
    },
    opencode: {
      $schema: "https://opencode.ai/config.json",
      mcp: {
        proxmox: {
          type: "remote",
          url,
          oauth: false,
          ...headers("{env:PROXMOX_HTTP_TOKEN}"),
          enabled: true,
          timeout: 600_000,
        },
      },
    },
    windsurf: {
      mcpServers: { proxmox: { serverUrl: url, ...headers("${env:PROXMOX_HTTP_TOKEN}") } },
    },
    cline: {
      mcpServers: { proxmox: { type: "streamableHttp", url, ...headers(shared), timeout: 600 } },
    },
    zed: { context_servers: { proxmox: { url, ...headers(shared), timeout: 600 } } },
    "lm-studio": { mcpServers: { proxmox: { url, ...headers(shared) } } },
  };
  for (const [name, form] of Object.entries(forms)) {
    assertEquals(JSON.parse(remoteOf(name)), form, name);
  }
  assertEquals(
    remoteOf("codex"),
    `[mcp_servers.proxmox]
url = "${url}"
bearer_token_env_var = "PROXMOX_HTTP_TOKEN"
required = true
startup_timeout_sec = 60
tool_timeout_sec = 600`,
  );
  assertEquals(
    remoteOf("open-webui"),
    `Type: MCP (Streamable HTTP)
URL: ${url}
Auth: Bearer
Key: ${shared}
ID: proxmox
Name: proxmox`,
  );
  const tested = [...Object.keys(forms), "codex", "open-webui"].sort();
  assertEquals(REMOTE.map(([name]) => name).sort(), tested);
});

Deno.test("config says why a client has no such form", () => {
  const options = { demo: false, name: "proxmox" };
  assertThrows(
    () => startedConfig(CLIENTS["open-webui"]!, BINARY, SET, options),
    Error,
    "give its address with --http",
  );
  assertThrows(() => remoteOf("claude-desktop"), Error, "let it start the server itself");
});

Deno.test("these clients can ask a person, and no others are taken to", () => {
  const asking = Object.entries(CLIENTS).filter(([, { asks }]) => asks).map(([name]) => name);
  assertEquals(asking, ["claude-code", "cursor", "vscode", "codex"]);
});
