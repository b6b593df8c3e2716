/** The file of settings that PROXMOX_CONFIG names. */
import * as z from "zod";
import { type Configuration, readConfig } from "../../src/config/config.ts";
import { ConfigError } from "../../src/config/config_error.ts";
import { CLUSTER_KEYS, TOP_KEYS, variableKey } from "../../src/config/settings_file.ts";
import { checkToolChoice } from "../../src/cli/commands/settings.ts";
import { CLIENTS } from "../../src/cli/commands/client_configs.ts";
import { startedConfig } from "../../src/cli/commands/config.ts";
import { permissions } from "../../src/cli/commands/permissions.ts";
import { thisProgram } from "../../src/cli/commands/program.ts";
import { denoArguments } from "../../scripts/npm/arguments.ts";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "../assert.ts";
import { environment } from "../environment.ts";

const PATH = "/etc/proxmox-mcp.json";
const SECRETS = {
  home: "11111111-2222-4333-8444-555555555555",
  lab: "66666666-7777-4888-8999-aaaaaaaaaaaa",
};

/** Two clusters, with their secrets in a file and in a variable. */
const TWO = {
  $schema: "https://example.com/schema.json",
  user: "mcp@pve",
  tokenName: "mcp",
  allowElevated: true,
  logLevel: "debug",
  toolsets: ["guest", "node"],
  clusters: {
    home: { host: ["10.0.0.1", "10.0.0.2"], tokenValueFile: "/run/secrets/home", taskWait: 30 },
    lab: {
      host: "lab.example.com",
      port: 8443,
      tokenValueEnv: "PROXMOX_SECRET_OF_LAB",
      allowElevated: false,
      protect: ["prod", "pve1"],
    },
  },
};
const FILES = { "/run/secrets/home": `${SECRETS.home}\n` };
const VARIABLES = { PROXMOX_CONFIG: PATH, PROXMOX_SECRET_OF_LAB: SECRETS.lab };

interface Given {
  readonly file?: unknown;
  readonly variables?: Readonly<Record<string, string>>;
  readonly mode?: number;
}

function environmentOf(
  { file = TWO, variables = {}, mode }: Given,
): ReturnType<typeof environment> {
  const text = typeof file === "string" ? file : JSON.stringify(file);
  return environment({ ...VARIABLES, ...variables }, { ...FILES, [PATH]: text }, mode);
}

function read(given: Given): Configuration {
  return readConfig(environmentOf(given), { check: checkToolChoice });
}

function problemsOf(given: Given): readonly string[] {
  const { problems } = assertThrows(() => read(given), ConfigError);
  for (const secret of Object.values(SECRETS)) {
    assertEquals(problems.join("\n").includes(secret), false, "no problem tells a secret");
  }
  return problems;
}

Deno.test("a file has the settings of several clusters, and what all have by default", () => {
  const { clusters, process, warnings } = read({});
  const seen = [...clusters].map(([name, config]) => [
    name,
    config.hosts.map(String),
    config.user,
    config.tokenValue,
    config.allowElevated,
    config.taskWait,
    config.protect,
  ]);
  assertEquals(seen, [
    [
      "home",
      ["https://10.0.0.1:8006/", "https://10.0.0.2:8006/"],
      "mcp@pve",
      SECRETS.home,
      true,
      30,
      [],
    ],
    ["lab", ["https://lab.example.com:8443/"], "mcp@pve", SECRETS.lab, false, 45, ["prod", "pve1"]],
  ]);
  assertEquals([process.logLevel, process.toolsets, warnings], ["debug", ["guest", "node"], []]);
});

Deno.test("a file has the settings of one cluster at its top, and variables add to it", () => {
  const file = { host: "pve1", tokenName: "mcp", sslMode: "verify" };
  const variables = { PROXMOX_TOKEN_VALUE: SECRETS.home, PROXMOX_LOG_LEVEL: "warning" };
  const { clusters, process } = read({ file, variables });
  assertEquals([...clusters.keys()], [""]);
  const [config] = clusters.values();
  assertEquals(
    [config?.hosts.map(String), config?.tokenValue, config?.sslMode, process.logLevel],
    [["https://pve1:8006/"], SECRETS.home, "verify", "warning"],
  );
});

Deno.test("all problems are told at once, each by its place in the file", () => {
  const file = {
    logLevel: "loud",
    hots: "pve1",
    host: "pve1",
    config: "x",
    clusters: {
      home: { tokenName: "mcp", readOnly: "perhaps", tokenValueFile: "/nowhere", logLevel: "info" },
      lab: { host: "http://lab", tokenValue: SECRETS.lab, tokenValueEnv: "PROXMOX_X", port: {} },
      Lab2: { host: null },
      node: [],
    },
  };
  assertEquals(problemsOf({ file }), [
    'hots: is no setting. Did you mean "host"?',
    'config: is no setting. Did you mean "confirm"?',
    'host: each cluster has its own: put it into one of "clusters"',
    "clusters.home.logLevel: is the same for all clusters: put it at the top of the file",
    'clusters.lab.tokenValueEnv: stands beside "tokenValue": name the secret once',
    "clusters.lab.port: expected a text, a number or a list, got an object",
    "clusters.Lab2.host: expected a text, a number or a list, got null",
    "clusters.node: expected an object with the settings of the cluster",
    'logLevel: expected debug, info, warning, error, got "loud"',
    'clusters: expected names of lower-case letters, digits and hyphens, 32 at the most, got "Lab2"',
    'clusters: "node" cannot be a name: it means something else already',
    'clusters.home.readOnly: expected true or false, got "perhaps"',
    'clusters.home.tokenValueFile: cannot read "/nowhere": No such file: /nowhere',
    "clusters.home.host: not set: the name or address of a node, such as pve1.example.com",
    'clusters.lab.host: expected https, got "http://lab": Proxmox VE speaks HTTPS only',
    "clusters.lab.tokenName: not set: the name of an API token, such as mcp",
  ]);
});

Deno.test("a setting stands in one place: a variable that says otherwise is refused", () => {
  assertEquals(
    problemsOf({ variables: { PROXMOX_LAB_HOST: "other", PROXMOX_CLUSTERS: "home" } }),
    [
      "clusters: PROXMOX_CLUSTERS says otherwise: set it in one place",
      "clusters.lab.host: PROXMOX_LAB_HOST says otherwise: set it in one place",
    ],
  );
  const { clusters } = read({
    variables: { PROXMOX_LAB_HOST: "lab.example.com", PROXMOX_HOME_SSL_MODE: "verify" },
  });
  assertEquals([...clusters.values()].map(({ sslMode }) => sslMode), ["verify", "strict"]);
});

Deno.test("a secret is had from a variable that is none of the settings", () => {
  const withHolder = (name: unknown): unknown => ({
    host: "pve1",
    tokenName: "mcp",
    tokenValueEnv: name,
  });
  const of = (name: unknown, variables = {}): readonly string[] =>
    problemsOf({ file: withHolder(name), variables });
  assertEquals(of("PROXMOX_NOWHERE")[0], "tokenValueEnv: PROXMOX_NOWHERE is not set");
  assertEquals(
    of("HOME")[0],
    "tokenValueEnv: expected the name of a variable that begins with PROXMOX_",
  );
  assertEquals(
    of("PROXMOX_PASSWORD", { PROXMOX_PASSWORD: "secret-password" })[0],
    "tokenValueEnv: PROXMOX_PASSWORD is a setting itself: choose another name",
  );
});

Deno.test("nobody else writes the file, and a secret in it is for its owner alone", () => {
  const file = { host: "pve1", tokenName: "mcp", tokenValue: SECRETS.home };
  assertEquals(problemsOf({ file, mode: 0o100644 }), [
    `PROXMOX_CONFIG: "${PATH}" holds a secret (tokenValue) and can be used by others, its mode is ` +
    `0644: run chmod 600 '${PATH}', or name a file or a variable in its place`,
  ]);
  assertEquals(read({ file }).clusters.get("")?.tokenValue, SECRETS.home);
  assertEquals(read({ mode: 0o100644 }).clusters.size, 2, "no secret is in that file");
  assertEquals(problemsOf({ mode: 0o100664 }), [
    `PROXMOX_CONFIG: "${PATH}" can be written by others: its mode is 0664; run chmod 600 '${PATH}'`,
  ]);
});

Deno.test("a file that cannot be read is the only problem, and what is in it is not told", () => {
  const secret = `{"tokenValue": "${SECRETS.home}", 'host': 1}`;
  for (
    const [file, reason] of [
      [secret, 'expected JSON, in line 1: JSON has straight double quotation marks (") alone'],
      [`{"tokenValue": ${SECRETS.home}`, "expected JSON, in line 1"],
      ["[]", "expected an object with settings"],
    ] as const
  ) {
    const [problem = "", ...others] = problemsOf({ file });
    assertEquals(others, []);
    assertStringIncludes(problem, `PROXMOX_CONFIG: cannot read "${PATH}": ${reason}`);
  }
  const [missing] = problemsOf({ variables: { PROXMOX_CONFIG: "/gone" } });
  assertEquals(missing, 'PROXMOX_CONFIG: cannot read "/gone": No such file: /gone');
});

Deno.test("a client's configuration names the file, and not what is in it", () => {
  const client = CLIENTS["claude-desktop"];
  assert(client);
  const { snippet, notes } = startedConfig(client, thisProgram(), environmentOf({}), {
    demo: false,
    name: "proxmox",
  });
  const { env } = JSON.parse(snippet).mcpServers.proxmox;
  assertEquals(env, { PROXMOX_CONFIG: PATH, PROXMOX_CONFIRM: "plan" });
  assert(
    notes.includes(`Set PROXMOX_SECRET_OF_LAB, too: ${PATH} takes a secret from it`),
    notes.join("\n"),
  );
});

Deno.test("Deno may read the file and what it names, and reach the hosts in it", () => {
  const flags = permissions(environmentOf({}));
  assert(flags.includes("--allow-net=10.0.0.1:8006,10.0.0.2:8006,lab.example.com:8443"));
  assert(flags.includes(`--allow-read=${PATH},/run/secrets/home`), flags.join(" "));
});

Deno.test("the npm package starts Deno with the permissions that the file takes", async () => {
  const path = await Deno.makeTempFile({ suffix: ".json" });
  try {
    await Deno.writeTextFile(path, JSON.stringify(TWO));
    const flags = denoArguments("bundle.js", [], { PROXMOX_CONFIG: path });
    assert(flags.includes(`--allow-read=${path},/run/secrets/home`), flags.join(" "));
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("the schema knows every key of the file, and takes what is right", async () => {
  const text = await Deno.readTextFile(
    new URL("../../docs/proxmox-mcp.schema.json", import.meta.url),
  );
  const json = JSON.parse(text);
  const keysOf = (keys: typeof TOP_KEYS): string[] =>
    [...keys].flatMap(([key, name]) => [key, variableKey(name) ?? []].flat()).sort();
  const { $schema: _, clusters: __, ...top } = json.properties;
  assertEquals(Object.keys(top).sort(), keysOf(TOP_KEYS));
  assertEquals(Object.keys(json.definitions.cluster.properties).sort(), keysOf(CLUSTER_KEYS));
  const schema = z.fromJSONSchema(json);
  assertEquals(schema.safeParse(TWO).success, true);
  for (const wrong of [{ hots: "x" }, { clusters: { lab: { port: 0 } } }, { sslMode: "none" }]) {
    assertEquals(schema.safeParse(wrong).success, false, JSON.stringify(wrong));
  }
});

Deno.test("the example of the documentation is read as it stands", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/configuration.md", import.meta.url));
  const file = /```json\n(\{[^]*?\n\})\n```/.exec(page)?.[1];
  const { clusters } = readConfig(
    environment(VARIABLES, { "/run/secrets/home": SECRETS.home, [PATH]: file ?? "" }),
  );
  assertEquals([...clusters].map(([name, { tokenValue }]) => [name, tokenValue]), [
    ["home", SECRETS.home],
    ["lab", SECRETS.lab],
  ]);
});
