import { CLIENTS } from "../../../src/cli/commands/client_configs.ts";
import { remoteConfig, startedConfig } from "../../../src/cli/commands/config.ts";
import { permissions } from "../../../src/cli/commands/permissions.ts";
import { findDeno, type Program, startOf } from "../../../src/cli/commands/program.ts";
import { VERSION } from "../../../src/base/process/version.ts";
import type { Environment } from "../../../src/config/source.ts";
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
  assertThrows,
} from "../../assert.ts";

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

/** Clients that start a server, and those that take one over HTTP. */
const STARTING = Object.entries(CLIENTS).filter(([, { stdio }]) => typeof stdio !== "string");
const REMOTE = Object.entries(CLIENTS).filter(([, { http }]) => typeof http !== "string");

function snippet(
  name: string,
  environment: Environment,
  options = { demo: false, name: "proxmox" },
): string {
  return startedConfig(CLIENTS[name]!, BINARY, environment, options).snippet;
}

function configOf(name: string): string {
  return snippet(name, SET);
}

function remoteOf(name: string): string {
  return remoteConfig(CLIENTS[name]!, { url: "https://mcp.example.com/mcp", name: "proxmox" })
    .snippet;
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

const NPX_DENO = "/root/.npm/_npx/1/node_modules/deno/deno";

function started(execPath: string, mainModule: string, found?: string | null): string[] {
  const program = { standalone: false, execPath, denoVersion: "2.9.6", mainModule };
  const { command, args } = startOf(
    found === undefined ? program : { ...program, denoOnPath: found },
    ["--allow-net"],
  );
  return [command, ...args];
}

Deno.test("config starts the program in the quickest way there is", () => {
  const deno = "/usr/bin/deno";
  const source = "file:///src/proxmox-mcp/main.ts";
  const jsr = "https://jsr.io/@proxmox-mcp/proxmox-mcp/1.2.3/main.ts";
  const npx = ["npx", "-y", "deno@2.9.6"];
  const { command: itself, args } = startOf(BINARY, []);
  assertEquals([itself, ...args], [command]);
  assertEquals(started(deno, source), [deno, ...PERMISSIONS, source]);
  assertEquals(started(deno, jsr), [
    deno,
    ...PERMISSIONS,
    "jsr:@proxmox-mcp/proxmox-mcp@1.2.3",
  ]);
  assertEquals(started(NPX_DENO, source, deno), [deno, ...PERMISSIONS, source]);
  assertEquals(started(NPX_DENO, source, null), [...npx, ...PERMISSIONS, source]);
  assertEquals(started(NPX_DENO, source), [...npx, ...PERMISSIONS, source]);
});

Deno.test("config starts the npm package as such, in the version that runs, wherever npm put it", () => {
  for (const folder of ["/root/.npm/_npx/1", "/usr/lib", "/C:/Users/me/AppData/Roaming/npm"]) {
    const module = `file://${folder}/node_modules/@proxmox-mcp/proxmox-mcp/proxmox-mcp.js`;
    assertEquals(started(NPX_DENO, module), ["npx", "-y", `@proxmox-mcp/proxmox-mcp@${VERSION}`]);
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
  assertStringIncludes(why(), "`deno run -A` to find out");
  assertStringIncludes(why("/usr/bin/deno"), "Started by the Deno on PATH");
});

Deno.test("config finds a Deno on PATH that is new enough, and none of npx", async () => {
  const root = await Deno.makeTempDir();
  try {
    const add = async (folder: string, version?: string): Promise<string> => {
      await Deno.mkdir(`${root}/${folder}`, { recursive: true });
      if (version === undefined) await Deno.symlink(Deno.execPath(), `${root}/${folder}/deno`);
      else {
        const script = `#!/bin/sh\necho "deno ${version} (stable, release)"\n`;
        await Deno.writeTextFile(`${root}/${folder}/deno`, script, { mode: 0o755 });
      }
      return `${root}/${folder}`;
    };
    const real = await add("real");
    const ofNpx = await add("_npx/1/node_modules/.bin");
    const old = await add("old", "1.46.3");
    const earlier = await add("earlier", "2.9.5");
    const later = await add("later", "2.10.0");
    const next = await add("next", "3.0.0");
    await Deno.mkdir(`${root}/folder/deno`, { recursive: true });
    const find = (...folders: string[]): string | null => findDeno(folders.join(":"), "2.9.6");
    assertEquals(find(ofNpx, old, earlier, next, `${root}/folder`, `${root}/none`), null);
    assertEquals(find("", ".", old, later, real), `${later}/deno`);
    assertEquals(findDeno(`${ofNpx}:${real}`, Deno.version.deno), `${real}/deno`);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
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
      PROXMOX_SSL_PIN_FILE: "/srv/pins",
    }),
    [
      "--allow-net=10.0.0.1:443",
      ...base,
      "--allow-read=/etc/ca.pem,/srv/pins,/var/log/audit.jsonl,/srv/files",
      "--allow-write=/var/log/audit.jsonl,/srv/pins,/srv/files",
    ],
  );
  assertEquals(
    given({
      PROXMOX_HOST: "pve1",
      PROXMOX_READ_ONLY: "yes",
      PROXMOX_FILES_DIR: "/srv/files",
      PROXMOX_AUDIT_LOG: "/var/log/audit.jsonl",
      PROXMOX_SSL_PIN_FILE: "/srv/pins",
    }),
    [
      "--allow-net=pve1:8006",
      ...base,
      "--allow-read=/srv/pins,/var/log/audit.jsonl,/srv/files",
      "--allow-write=/var/log/audit.jsonl,/srv/pins",
    ],
  );
  assertEquals(given({ PROXMOX_HOST: "pve1", PROXMOX_METRICS_ADDRESS: "9464" }), [
    "--allow-net=pve1:8006,127.0.0.1:9464",
    ...base,
  ]);
  assertEquals(given({ PROXMOX_SSL_CA_CERT: "/a,b" }), ["--allow-net", ...base, "--allow-read"]);
  assertEquals(
    given({ PROXMOX_HOST: "pve1", PROXMOX_SSH_ENABLED: "true", PROXMOX_SSH_AGENT: "/run/agent" }),
    ["--allow-net", ...base, "--allow-read=/run/agent", "--allow-write=/run/agent"],
  );
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

Deno.test("these clients can ask a person, and no others are taken to", () => {
  const asking = Object.entries(CLIENTS).filter(([, { asks }]) => asks).map(([name]) => name);
  assertEquals(asking, ["claude-code", "cursor", "vscode", "codex"]);
});
