/** Settings of several clusters: whose each is, what is a default of all, and which names they have. */
import { type Configuration, readConfig } from "../../src/config/config.ts";
import { RESERVED } from "../../src/config/cluster_names.ts";
import { ConfigError } from "../../src/config/config_error.ts";
import {
  CLUSTER_SETTINGS,
  configKey,
  PROCESS_SETTINGS,
  scopeOf,
  SETTING_NAMES,
} from "../../src/config/names.ts";
import { RESOURCES } from "../../src/mcp/resource_specs.ts";
import { permissions } from "../../src/cli/commands/permissions.ts";
import { CLIENTS } from "../../src/cli/commands/client_configs.ts";
import { startedConfig } from "../../src/cli/commands/config.ts";
import { checkToolChoice } from "../../src/cli/commands/settings.ts";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "../assert.ts";
import { environment } from "../environment.ts";

const SECRETS = {
  home: "11111111-2222-4333-8444-555555555555",
  lab: "66666666-7777-4888-8999-aaaaaaaaaaaa",
};
const TWO = {
  PROXMOX_CLUSTERS: "home,lab",
  PROXMOX_USER: "mcp@pve",
  PROXMOX_TOKEN_NAME: "mcp",
  PROXMOX_HOME_HOST: "10.0.0.1",
  PROXMOX_HOME_TOKEN_VALUE: SECRETS.home,
  PROXMOX_LAB_HOST: "10.1.0.1,10.1.0.2",
  PROXMOX_LAB_TOKEN_VALUE: SECRETS.lab,
};

function read(variables: Readonly<Record<string, string>>, files = {}): Configuration {
  return readConfig(environment(variables, files), { check: checkToolChoice });
}

function problemsOf(variables: Readonly<Record<string, string>>): readonly string[] {
  return assertThrows(() => read(variables), ConfigError).problems;
}

Deno.test("each cluster has its own host and token, and what all have by default", () => {
  const { clusters, process, warnings } = read({
    ...TWO,
    PROXMOX_ALLOW_ELEVATED: "true",
    PROXMOX_LAB_ALLOW_ELEVATED: "false",
    PROXMOX_HOME_PROTECT: "prod",
    PROXMOX_LAB_USER: "robot@pve",
    PROXMOX_LAB_PORT: "8443",
    PROXMOX_TASK_WAIT: "30",
    PROXMOX_AUDIT_LOG: "/var/log/audit",
  });
  assertEquals([...clusters.keys()], ["home", "lab"]);
  const [home, lab] = [...clusters.values()];
  const seen = [home, lab].map((config) => [
    config?.hosts.map(String),
    config?.user,
    config?.tokenName,
    config?.tokenValue,
    config?.allowElevated,
    config?.protect,
    config?.taskWait,
    config?.auditLog,
  ]);
  assertEquals(seen, [
    [
      ["https://10.0.0.1:8006/"],
      ...["mcp@pve", "mcp", SECRETS.home, true, ["prod"], 30, "/var/log/audit"],
    ],
    [
      ["https://10.1.0.1:8443/", "https://10.1.0.2:8443/"],
      ...["robot@pve", "mcp", SECRETS.lab, false, [], 30, "/var/log/audit"],
    ],
  ]);
  assertEquals([process.auditLog, warnings], ["/var/log/audit", []]);
});

Deno.test("without PROXMOX_CLUSTERS there is one cluster without a name", () => {
  const { clusters } = read({
    PROXMOX_HOST: "pve1",
    PROXMOX_TOKEN_NAME: "mcp",
    PROXMOX_TOKEN_VALUE: SECRETS.home,
    PROXMOX_CLUSTERS: " ",
  });
  assertEquals([...clusters.keys()], [""]);
});

Deno.test("no host, no secret and no place of SSH is another cluster's for want of its own", () => {
  const own = CLUSTER_SETTINGS.filter((key) => scopeOf(key) === "own");
  const secrets = ["TOKEN_VALUE", "PASSWORD", "TOTP_SECRET"];
  assertEquals(own, [
    "HOST",
    ...secrets.flatMap((key) => [key, `${key}_FILE`]),
    ...["MIGRATE_TOKEN", "MIGRATE_TOKEN_VALUE", "MIGRATE_TOKEN_VALUE_FILE"],
    ...["SSH_HOST", "SSH_KEY_PASSPHRASE", "SSH_NODE"],
  ]);
  const plain = Object.fromEntries(own.map((key) => [`PROXMOX_${key}`, "pve9=10.9.9.9"]));
  const { clusters, warnings } = read({ ...TWO, ...plain });
  for (const config of clusters.values()) {
    const text = JSON.stringify({ ...config, sshNodes: [...config.sshNodes] });
    assert(!text.includes("9.9.9"), text);
  }
  assertEquals(
    warnings,
    own.map((key) =>
      `PROXMOX_${key} has no effect beside PROXMOX_CLUSTERS. Did you mean PROXMOX_HOME_${key}?`
    ),
  );
});

Deno.test("every other setting of a cluster is the default of all, and of a cluster its own", () => {
  const { clusters } = read(TWO);
  const config = clusters.get("home");
  assert(config);
  const shared = CLUSTER_SETTINGS.filter((key) => scopeOf(key) === "cluster");
  assertEquals(shared.length + 13 + PROCESS_SETTINGS.length, SETTING_NAMES.length);
  const [port] = shared.filter((key) => configKey(key) === "rateLimit");
  const limits = read({ ...TWO, [`PROXMOX_${port}`]: "5", [`PROXMOX_LAB_${port}`]: "7" }).clusters;
  assertEquals([...limits.values()].map(({ rateLimit }) => rateLimit), [5, 7]);
});

Deno.test("a misspelt cluster in the name of a variable is told with the one that is near", () => {
  const { warnings } = read({ ...TWO, PROXMOX_LAP_HOST: "x", PROXMOX_HMOE_SSL_MODE: "verify" });
  assertEquals(warnings, [
    "PROXMOX_LAP_HOST is not a setting and has no effect. Did you mean PROXMOX_LAB_HOST?",
    "PROXMOX_HMOE_SSL_MODE is not a setting and has no effect. Did you mean PROXMOX_HOME_SSL_MODE?",
  ]);
});

Deno.test("clusters that nothing names are told once, with the line that names them", () => {
  const { PROXMOX_CLUSTERS: _named, ...unnamed } = TWO;
  const variables = { ...unnamed, "PROXMOX_LAB_2_HOST": "x", PROXMOX_LAB_2_URL: "x" };
  const { warnings } = assertThrows(() => readConfig(environment(variables)), ConfigError);
  assertEquals(
    warnings.filter((line) => line.includes("CLUSTERS=")),
    [
      "PROXMOX_HOME_… and PROXMOX_LAB_… and PROXMOX_LAB_2_… have no effect without the names of the " +
      "clusters. Add PROXMOX_CLUSTERS=home,lab,lab-2",
    ],
  );
  assertEquals(
    warnings.filter((line) => /PROXMOX_(HOME|LAB)_[A-Z]+_?[A-Z]* is not/.test(line)),
    [],
  );
});

Deno.test("a wrong name of a cluster does not make its variables wrong", () => {
  const { problems, warnings } = assertThrows(
    () => readConfig(environment({ ...TWO, PROXMOX_CLUSTERS: "home,Lab" })),
    ConfigError,
  );
  assertEquals(problems.map((line) => line.split(",")[0]), [
    "PROXMOX_CLUSTERS: expected names of lower-case letters",
  ]);
  assertEquals(warnings, []);
});

Deno.test("names of other programs are known behind a cluster's as well", () => {
  const { warnings } = read({ ...TWO, PROXMOX_LAB_URL: "x", PROXMOX_VERIFY_SSL: "0" });
  assertEquals(warnings.map((line) => /\S+(?=\?)/.exec(line)?.[0]), [
    "PROXMOX_HOME_SSL_MODE",
    "PROXMOX_LAB_HOST",
  ]);
});

Deno.test("a setting of the server cannot be a cluster's, and is warned of", () => {
  const { warnings, process } = read({ ...TWO, PROXMOX_LAB_LOG_LEVEL: "debug" });
  assertEquals(process.logLevel, "info");
  assertStringIncludes(warnings.join(), "PROXMOX_LAB_LOG_LEVEL is not a setting");
  const right = read({ ...TWO, PROXMOX_LAB_SSL_MODE: "verify" });
  assertEquals([right.warnings, right.clusters.get("lab")?.sslMode], [[], "verify"]);
});

Deno.test("the problems of all clusters are told at once, each by its variable, a shared one once", () => {
  const problems = problemsOf({
    PROXMOX_CLUSTERS: "home,lab,away",
    PROXMOX_SSL_MODE: "stric",
    PROXMOX_TOOLSETS: "guets",
    PROXMOX_TOKEN_NAME: "mcp",
    PROXMOX_HOME_HOST: "http://pve1",
    PROXMOX_HOME_TOKEN_VALUE: SECRETS.home,
    PROXMOX_LAB_HOST: "pve1",
    PROXMOX_LAB_TOKEN_VALUE_FILE: "/run/none",
    PROXMOX_LAB_SSH_ENABLED: "true",
    PROXMOX_LAB_TOTP_SECRET: "JBSWY3DPEHPK3PXP",
    PROXMOX_AWAY_TOKEN_NAME: "joe!mcp",
  });
  assertEquals(problems.map((problem) => problem.split(":")[0]).sort(), [
    "PROXMOX_AWAY_HOST",
    "PROXMOX_AWAY_TOKEN_NAME",
    "PROXMOX_AWAY_TOKEN_VALUE",
    "PROXMOX_HOME_HOST",
    "PROXMOX_LAB_PASSWORD",
    "PROXMOX_LAB_SSH_KEY_PATH",
    "PROXMOX_LAB_SSH_NODE",
    "PROXMOX_LAB_TOKEN_VALUE_FILE",
    "PROXMOX_SSL_MODE",
    "PROXMOX_TOOLSETS",
  ]);
});

Deno.test("a user of logins that all clusters have by default needs no password of each", () => {
  const { clusters } = read({
    ...TWO,
    PROXMOX_LOGIN_USER: "admin@pam",
    PROXMOX_LAB_PASSWORD: "correct-horse",
  });
  assertEquals(clusters.get("lab")?.loginUser, "admin@pam");
  assertEquals(clusters.get("home")?.password, undefined);
});

Deno.test("names of clusters that mean something else, or a variable of two, are refused", () => {
  const cases: [names: string, said: string][] = [
    ["Home", 'letters, digits and hyphens, 32 at the most, got "Home"'],
    ["home_2", 'got "home_2"'],
    ["-home", 'got "-home"'],
    ["home-", 'got "home-"'],
    ["a".repeat(33), "32 at the most"],
    ["home/lab", "letters, digits and hyphens"],
    ["../etc", "letters, digits and hyphens"],
    ["ssh", '"ssh" cannot be a name: PROXMOX_SSH_ENABLED is a setting itself'],
    ["http", '"http" cannot be a name: PROXMOX_HTTP_AUTH is a setting itself'],
    ["token", "PROXMOX_TOKEN_NAME is a setting itself"],
    ["host", "PROXMOX_HOST is a setting itself"],
    ["allow-elevated", "PROXMOX_ALLOW_ELEVATED is a setting itself"],
    ["guest", '"guest" cannot be a name: it means something else already'],
    ["qemu", "it means something else already"],
    [
      "lab,lab-ssh",
      '"lab-ssh" cannot be a name beside "lab": PROXMOX_LAB_SSH_ENABLED would be a setting of both',
    ],
    ["lab-token-value,lab", "PROXMOX_LAB_TOKEN_VALUE would be a setting of both"],
    ["lab,lab", '"lab" is named more than once'],
  ];
  for (const [names, said] of cases) {
    const problems = problemsOf({ PROXMOX_CLUSTERS: names });
    const [own = ""] = problems.filter((problem) => problem.startsWith("PROXMOX_CLUSTERS: "));
    assertStringIncludes(own, said, names);
  }
});

Deno.test("names of clusters are accepted where no variable and no address is of two", () => {
  for (const names of ["home,home-2", "lab,lab-2,lab-22", "a,a-b,a-b-c", "1,2", "l".repeat(32)]) {
    const problems = problemsOf({ PROXMOX_CLUSTERS: names });
    assertEquals(problems.filter((problem) => problem.startsWith("PROXMOX_CLUSTERS")), [], names);
  }
  const host = { PROXMOX_A_B_HOST: "pve1", PROXMOX_A_B_TOKEN_VALUE: SECRETS.lab };
  const given = { PROXMOX_CLUSTERS: "a-b", PROXMOX_TOKEN_NAME: "mcp", ...host };
  assertEquals(read(given).clusters.get("a-b")?.hosts.map(String), ["https://pve1:8006/"]);
});

Deno.test("no cluster has the name of a resource", () => {
  for (const { path } of RESOURCES) {
    const [first = ""] = path.split("/");
    assert(RESERVED.includes(first), first);
  }
});

Deno.test("Deno gets the permissions for the hosts and files of all clusters", () => {
  const given = {
    ...TWO,
    PROXMOX_HOME_TOKEN_VALUE_FILE: "/run/home",
    PROXMOX_LAB_TOKEN_VALUE_FILE: "/run/lab",
    PROXMOX_LAB_SSL_PIN_FILE: "/srv/pins",
    PROXMOX_AUDIT_LOG: "/var/log/audit",
  };
  assertEquals(permissions(environment(given)), [
    "--allow-net=10.0.0.1:8006,10.1.0.1:8006,10.1.0.2:8006",
    "--allow-env=PROXMOX_*",
    "--ignore-env",
    "--allow-read=/run/home,/var/log/audit,/run/lab,/srv/pins",
    "--allow-write=/var/log/audit,/srv/pins",
  ]);
});

Deno.test("config takes over the settings of all clusters, and names the secrets that they lack", () => {
  const { snippet, notes } = startedConfig(
    CLIENTS["claude-code"]!,
    { standalone: true, execPath: "/usr/bin/proxmox-mcp", denoVersion: "2.9.6", mainModule: "" },
    environment({ ...TWO, PROXMOX_HOME_TOKEN_VALUE_FILE: "/run/home", PROXMOX_LAB_PROTECT: "x" }),
    { demo: false, name: "proxmox" },
  );
  const { mcpServers } = JSON.parse(snippet) as {
    readonly mcpServers: Readonly<Record<string, { readonly env: Record<string, string> }>>;
  };
  assertEquals(mcpServers.proxmox?.env, {
    PROXMOX_HOME_HOST: "10.0.0.1",
    PROXMOX_LAB_HOST: "10.1.0.1,10.1.0.2",
    PROXMOX_USER: "mcp@pve",
    PROXMOX_TOKEN_NAME: "mcp",
    PROXMOX_HOME_TOKEN_VALUE_FILE: "/run/home",
    PROXMOX_SSL_MODE: "verify",
    PROXMOX_LAB_PROTECT: "x",
    PROXMOX_CLUSTERS: "home,lab",
  });
  assertStringIncludes(notes.join("\n"), "Set PROXMOX_LAB_TOKEN_VALUE_FILE");
});
