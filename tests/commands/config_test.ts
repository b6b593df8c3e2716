import { CLIENTS } from "../../src/commands/client_configs.ts";
import { type Program, snippet, startOf } from "../../src/commands/config.ts";
import { permissions } from "../../src/commands/permissions.ts";
import type { Environment } from "../../src/config.ts";
import { assert, assertEquals, assertStringIncludes } from "../assert.ts";

const BINARY: Program = {
  standalone: true,
  execPath: "/home/me/.local/bin/proxmox-mcp",
  denoVersion: "2.9.6",
  mainModule: "file:///proxmox-mcp.js",
};
const PERMISSIONS = ["run", "--no-prompt", "--allow-net"];

function environment(values: Record<string, string>): Environment {
  return {
    get: (name) => values[name],
    names: () => Object.keys(values),
    readFile: () => "",
  };
}

const SET = environment({
  PROXMOX_HOST: "10.0.0.1",
  PROXMOX_TOKEN_NAME: "robot",
  PROXMOX_TOKEN_VALUE: "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
  PROXMOX_SSL_MODE: "verify",
});

function configOf(name: string, options = { demo: false, name: "proxmox" }): string {
  return snippet(CLIENTS[name]!, BINARY, SET, options);
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
    mcpServers: { proxmox: { command, args: [], env: env("$PROXMOX_TOKEN_VALUE") } },
  });
  assertEquals(parsed("opencode"), {
    $schema: "https://opencode.ai/config.json",
    mcp: {
      proxmox: {
        type: "local",
        command: [command],
        environment: env("{env:PROXMOX_TOKEN_VALUE}"),
        enabled: true,
      },
    },
  });
  assertEquals(
    configOf("codex"),
    `[mcp_servers.proxmox]
command = "${command}"
args = []

[mcp_servers.proxmox.env]
PROXMOX_HOST = "10.0.0.1"
PROXMOX_USER = "mcp@pve"
PROXMOX_TOKEN_NAME = "robot"
PROXMOX_TOKEN_VALUE = "the secret of your token"
PROXMOX_SSL_MODE = "verify"`,
  );
});

Deno.test("config never prints a secret of the environment", () => {
  const secrets = environment({
    PROXMOX_TOKEN_VALUE: "planted-token",
    PROXMOX_SSH_KEY_PASSPHRASE: "planted-passphrase",
    PROXMOX_HTTP_TOKEN: "planted-bearer",
  });
  for (const client of Object.values(CLIENTS)) {
    const text = snippet(client, BINARY, secrets, { demo: false, name: "proxmox" });
    assert(!text.includes("planted"), text);
  }
});

Deno.test("config takes a secret's file over and then needs no secret", () => {
  const text = snippet(
    CLIENTS["vscode"]!,
    BINARY,
    environment({ PROXMOX_TOKEN_VALUE_FILE: "/run/token" }),
    { demo: false, name: "proxmox" },
  );
  assertStringIncludes(text, `"PROXMOX_TOKEN_VALUE_FILE": "/run/token"`);
  assert(!text.includes('PROXMOX_TOKEN_VALUE"'), text);
  assert(!text.includes("inputs"), text);
});

Deno.test("config --demo needs no settings at all", () => {
  for (const [name, client] of Object.entries(CLIENTS)) {
    const text = snippet(client, BINARY, SET, { demo: true, name: "lab" });
    assertStringIncludes(text, "--demo", name);
    assertStringIncludes(text, "lab", name);
    assert(!text.includes("PROXMOX_"), text);
    assert(!text.includes("inputs"), text);
  }
});

Deno.test("config starts the program again as it was started", () => {
  const deno = "/usr/bin/deno";
  const source = "file:///src/proxmox-mcp/main.ts";
  const jsr = "https://jsr.io/@proxmox-mcp/proxmox-mcp/1.2.3/main.ts";
  const started = (execPath: string, mainModule: string): ReturnType<typeof startOf> =>
    startOf({ standalone: false, execPath, denoVersion: "2.9.6", mainModule }, ["--allow-net"]);
  assertEquals(startOf(BINARY, []), { command, args: [] });
  assertEquals(started(deno, source), { command: deno, args: [...PERMISSIONS, source] });
  assertEquals(started(deno, jsr), {
    command: deno,
    args: [...PERMISSIONS, "jsr:@proxmox-mcp/proxmox-mcp@1.2.3"],
  });
  assertEquals(started("/root/.npm/_npx/1/node_modules/deno/deno", source), {
    command: "npx",
    args: ["-y", "deno@2.9.6", ...PERMISSIONS, source],
  });
});

Deno.test("config asks for the permissions that the settings need, and no more", () => {
  const given = (values: Record<string, string>): string[] => permissions(environment(values));
  const base = ["--allow-env=PROXMOX_*", "--ignore-env"];
  assertEquals(permissions(undefined), base);
  assertEquals(given({}), ["--allow-net", ...base]);
  assertEquals(given({ PROXMOX_HOST: "pve1.lan, https://pve2.lan:8443, [fd00::1]" }), [
    "--allow-net=pve1.lan:8006,pve2.lan:8443,[fd00::1]:8006",
    ...base,
  ]);
  assertEquals(given({ PROXMOX_HOST: "https://proxy.lan/pve, https://proxy.lan:443" }), [
    "--allow-net=proxy.lan:443,proxy.lan:443",
    ...base,
  ]);
  assertEquals(
    given({
      PROXMOX_HOST: "10.0.0.1",
      PROXMOX_PORT: "443",
      PROXMOX_SSL_CA_CERT: "/etc/ca.pem",
      PROXMOX_FILES_DIR: "/srv/files",
      PROXMOX_AUDIT_LOG: "/var/log/audit.jsonl",
    }),
    [
      "--allow-net=10.0.0.1:443",
      ...base,
      "--allow-read=/etc/ca.pem,/srv/files",
      "--allow-write=/var/log/audit.jsonl,/srv/files",
    ],
  );
  assertEquals(given({ PROXMOX_SSL_CA_CERT: "/a,b" }), ["--allow-net", ...base, "--allow-read"]);
  assertEquals(
    given({ PROXMOX_HOST: "pve1", PROXMOX_SSH_ENABLED: "true", PROXMOX_SSH_AGENT: "/run/agent" }),
    ["--allow-net", ...base, "--allow-read=/run/agent", "--allow-write=/run/agent"],
  );
});
