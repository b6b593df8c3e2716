/** Every setting with every mistake that people make when they fill in a client's configuration. */
import { loadConfig, processEnvironment } from "../../src/config/config.ts";
import { ConfigError } from "../../src/config/config_error.ts";
import type { Setting } from "../../src/config/setting.ts";
import { SETTING_NAMES, type SettingName } from "../../src/config/names.ts";
import { SETTINGS } from "../../src/config/settings.ts";
import { checkToolChoice } from "../../src/cli/commands/settings.ts";
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "../assert.ts";
import { environment } from "../environment.ts";

const SECRET = "d3b07384-d113-4ec4-9f1e-5a3c1d9e0001";
const PEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
const FILES = {
  "/run/token": SECRET,
  "/run/bearer": "0123456789abcdef",
  "/run/state-key": "0123456789abcdef".repeat(2),
  "/run/password": "correct-horse",
  "/run/totp": "JBSWY3DPEHPK3PXP",
  "/run/migrate": "99999999-2222-4333-8444-555555555555",
  "/etc/ca.pem": PEM,
  "/etc/key.pem": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
};

/** A value that is right, for each setting. */
const RIGHT: Readonly<Record<SettingName, string>> = {
  HOST: "pve1.example.com",
  PORT: "8006",
  USER: "mcp@pve",
  TOKEN_NAME: "mcp",
  TOKEN_VALUE: SECRET,
  TOKEN_VALUE_FILE: "/run/token",
  PASSWORD: "correct-horse",
  PASSWORD_FILE: "/run/password",
  LOGIN_USER: "root@pam",
  TOTP_SECRET: "JBSWY3DPEHPK3PXP",
  TOTP_SECRET_FILE: "/run/totp",
  MIGRATE_TOKEN: "mcp@pve!in",
  MIGRATE_TOKEN_VALUE: "99999999-2222-4333-8444-555555555555",
  MIGRATE_TOKEN_VALUE_FILE: "/run/migrate",
  SSL_MODE: "verify",
  SSL_CA_CERT: "/etc/ca.pem",
  SSL_FINGERPRINT: "ab".repeat(32),
  SSL_PIN_FILE: "/srv/pins",
  ALLOW_ELEVATED: "true",
  READ_ONLY: "false",
  CONFIRM: "always",
  PROTECT: "production,100",
  AUDIT_LOG: "/var/log/audit.jsonl",
  METRICS_ADDRESS: "127.0.0.1:9464",
  TOOLSETS: "guest,node",
  TOOLS: "proxmox_guest_list",
  EXCLUDE_TOOLS: "proxmox_guest_start",
  FILES_DIR: "/srv/files",
  DOWNLOAD_LIMIT: "20G",
  TIMEOUT: "60",
  TASK_WAIT: "30s",
  RATE_LIMIT: "10",
  SSH_ENABLED: "true",
  SSH_HOST: "10.0.0.1",
  SSH_PORT: "22",
  SSH_USER: "root",
  SSH_KEY_PATH: "/home/me/.ssh/id_ed25519",
  SSH_KEY_PASSPHRASE: "open sesame",
  SSH_AGENT: "/run/agent",
  SSH_NODE: "pve1=10.0.0.1",
  SSH_HOST_KEY_FINGERPRINT: "SHA256:" + "a".repeat(43),
  SSH_KNOWN_HOSTS: "/home/me/.ssh/known_hosts",
  HTTP_AUTH: "token",
  HTTP_TOKEN: "0123456789abcdef",
  HTTP_TOKEN_FILE: "/run/bearer",
  HTTP_STATE_KEY_FILE: "/run/state-key",
  HTTP_HOSTS: "mcp.example.com",
  HTTP_TLS_CERT: "/etc/ca.pem",
  HTTP_TLS_KEY: "/etc/key.pem",
  HTTP_URL: "https://mcp.example.com/mcp",
  HTTP_PEOPLE_FILE: "/etc/proxmox-mcp/people.json",
  HTTP_OIDC_ISSUER: "https://id.example.com/realms/home",
  HTTP_OIDC_AUDIENCE: "https://mcp.example.com/mcp",
  HTTP_OIDC_SCOPES: "openid,profile",
  HTTP_OIDC_JWKS_URI: "https://id.example.com/keys",
  HTTP_OIDC_CA_CERT: "/etc/ca.pem",
  LOG_LEVEL: "info",
  LOG_FORMAT: "json",
  CONFIG: "", // A file says all else.
  CLUSTERS: "", // With a name, each cluster has its own of some of these.
};

const PLACEHOLDERS = [
  "${PROXMOX_VALUE}",
  "${PROXMOX_VALUE:-none}",
  "${env:PROXMOX_VALUE}",
  "${input:proxmox-value}",
  "${user_config.value}",
  "${{ secrets.PROXMOX_VALUE }}",
  "$PROXMOX_VALUE",
  "$env:PROXMOX_VALUE",
  "$(pass show proxmox)",
  "%PROXMOX_VALUE%",
  "{{value}}",
  "{{ proxmox.value }}",
  "{env:PROXMOX_VALUE}",
  "{file:/run/value}",
  "<token>",
  "<your token here>",
  "op://homelab/proxmox/value",
];
const EXAMPLES = [
  "your-token-here",
  "your-proxmox-host",
  "YOUR_API_TOKEN",
  "your.proxmox.server",
  "the secret of your token",
  "TOKEN_HERE",
  "password goes here",
  "change-me",
  "CHANGEME",
  "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
  "XXXXXXXX",
  "192.168.1.x",
  "00000000-0000-0000-0000-000000000000",
  "********",
  "...",
];
const NOTHING = ["undefined", "null", "NULL", "NaN", "None", "[object Object]"];
const QUOTES = ['"', "'", "`", "“”", "‘’", "«»"];

type Values = Readonly<Partial<Record<SettingName, string>>>;

function load(values: Values, files: Readonly<Record<string, string>> = FILES): string[] {
  const named = Object.entries(values).map(([key, value]) => [`PROXMOX_${key}`, value]);
  return loadConfig(environment(Object.fromEntries(named), files), { check: checkToolChoice })
    .warnings;
}

function problemsOf(values: Values, files?: Readonly<Record<string, string>>): string[] {
  return [...assertThrows(() => load(values, files), ConfigError).problems];
}

/** The one thing that is wrong with a setting, all others being right. */
function problemOf(key: SettingName, value: string): string {
  const [problem = "", ...others] = problemsOf({ ...RIGHT, [key]: value });
  assertEquals(others, [], `${key}=${value}`);
  const { secret = false }: Setting = SETTINGS[key];
  if (secret) assert(!problem.includes(value) || NOTHING.includes(value), problem);
  return problem;
}

Deno.test("a right value of every setting is accepted without a warning", () => {
  assertEquals(load(RIGHT), []);
});

for (const key of SETTING_NAMES) {
  Deno.test(`PROXMOX_${key} that nobody filled in is reported, and nothing else is`, () => {
    for (const value of PLACEHOLDERS) {
      assertStringIncludes(
        problemOf(key, value),
        `PROXMOX_${key}: expected a value, got a placeholder that was not filled in: `,
      );
    }
    for (const value of EXAMPLES) {
      assertEquals(
        problemOf(key, value),
        `PROXMOX_${key}: expected a value of your own, got the text of an example`,
      );
    }
    for (const value of NOTHING) {
      assertStringIncludes(
        problemOf(key, value),
        `PROXMOX_${key}: expected a value, got "${value}", `,
      );
    }
  });

  Deno.test(`PROXMOX_${key} in quotation marks is reported, whatever is between them`, () => {
    for (const [open = "", close = open] of QUOTES) {
      const quoted = `${open}${RIGHT[key]}${close}`;
      assertEquals(
        problemOf(key, quoted),
        `PROXMOX_${key}: expected no quotation marks in or around it`,
      );
    }
    assertStringIncludes(problemOf(key, '"${env:X}"'), "not filled in: ${env:…}");
    assertStringIncludes(problemOf(key, '\\"undefined\\"'), 'got "undefined"');
  });
}

Deno.test("mistakes in all settings at once are all reported at once, each once", () => {
  const wrong = [...PLACEHOLDERS, ...EXAMPLES, ...NOTHING, ...QUOTES.map((mark) => `"${mark}x"`)];
  for (const value of wrong) {
    const values = Object.fromEntries(SETTING_NAMES.map((key) => [key, value]));
    assertEquals(
      problemsOf(values).map((problem) => problem.split(":")[0]),
      SETTING_NAMES.map((key) => `PROXMOX_${key}`),
      value,
    );
  }
});

Deno.test("a placeholder within a host, a user, a path or a list is found", () => {
  const cases: [SettingName, string, string][] = [
    ["HOST", "https://${PROXMOX_HOST}:8006", "${…}"],
    ["HOST", "pve1,<host>", "<…>"],
    ["HOST", "undefined:8006", '"undefined"'],
    ["HOST", "https://undefined:8006/", '"undefined"'],
    ["HOST", "pve1 null", '"null"'],
    ["HOST", "your-host:8006", "an example"],
    ["HOST", 'pve1,"pve2"', "no quotation marks"],
    ["USER", "root@undefined", '"undefined"'],
    ["USER", "${USER}@pam", "${…}"],
    ["TOKEN_NAME", "root@pam!undefined", '"undefined"'],
    ["SSH_KEY_PATH", "$HOME/.ssh/id_ed25519", "$…"],
    ["SSH_AGENT", "$SSH_AUTH_SOCK", "$…"],
    ["SSL_CA_CERT", "%APPDATA%\\ca.pem", "%…%"],
    ["SSH_NODE", "pve1=undefined", '"undefined"'],
    ["TOOLSETS", '["guest", "node"]', "no quotation marks"],
    ["PROTECT", "production,{{tag}}", "{{…}}"],
  ];
  for (const [key, value, message] of cases) assertStringIncludes(problemOf(key, value), message);
});

Deno.test("what only resembles a mistake is accepted", () => {
  const cases: [SettingName, string][] = [
    ["HOST", "static.1.2.3.4.clients.your-server.de"],
    ["HOST", "https://proxy/pve%20lab/x%C3%A4"],
    ["AUDIT_LOG", "/dev/null"],
    ["SSH_KNOWN_HOSTS", "/dev/null"],
    ["SSH_KEY_PATH", "/home/o'neil/none/key"],
    ["SSH_USER", "svc$backup"],
    ["TOKEN_NAME", "my-token"],
    ["PROTECT", "none"],
    ["SSH_KEY_PASSPHRASE", "wish-you-were-here"],
    ["SSH_KEY_PASSPHRASE", "your mother was a hamster"],
    ["SSH_KEY_PASSPHRASE", "$ecretWord"],
    ["SSH_KEY_PASSPHRASE", 'a "quoted" <word> for ${money}'],
    ["SSH_KEY_PASSPHRASE", "none"],
  ];
  for (const [key, value] of cases) assertEquals(load({ ...RIGHT, [key]: value }), [], value);
});

Deno.test("a port that is none is reported, with a host and without one", () => {
  for (const value of ['"8006"', "'8006'", "abc", "0", "99999", "-1", "8006;", "8006.5"]) {
    assertStringIncludes(problemOf("PORT", value), "PROXMOX_PORT: expected ");
    assertEquals(
      problemsOf({ PORT: value }).map((problem) => problem.split(":")[0]),
      ["PROXMOX_PORT", "PROXMOX_HOST", "PROXMOX_TOKEN_NAME", "PROXMOX_TOKEN_VALUE"],
    );
  }
});

/** Texts that hold more, or something else, than the secret of a token. */
const MORE_THAN_THE_SECRET = [
  `mcp=${SECRET}`,
  `mcp@pve!mcp=${SECRET}`,
  `PVEAPIToken=mcp@pve!mcp=${SECRET}`,
  `Authorization: PVEAPIToken=mcp@pve!mcp=${SECRET}`,
  `PROXMOX_TOKEN_VALUE=${SECRET}`,
  `mcp:${SECRET}`,
  `"${SECRET}`,
  `${SECRET},`,
  "mcp@pve!mcp=not-a-uuid",
];

Deno.test("a token secret with the token's name or id is reported, given as it is or in a file", () => {
  const { TOKEN_VALUE: _, ...others } = RIGHT;
  for (const text of MORE_THAN_THE_SECRET) {
    const problem = problemOf("TOKEN_VALUE", text);
    assertStringIncludes(problem, "PROXMOX_TOKEN_VALUE: expected the secret alone");
    const [inFile = ""] = problemsOf(others, { ...FILES, "/run/token": `${text}\n` });
    assertStringIncludes(inFile, "PROXMOX_TOKEN_VALUE_FILE: expected the secret alone");
    assert(!inFile.includes(SECRET) && !inFile.includes("not-a-uuid"));
  }
  assertStringIncludes(problemOf("TOKEN_VALUE", "mcp@pve!mcp"), "got its id");
  assertStringIncludes(problemOf("TOKEN_VALUE", "two words"), "expected ASCII");
  assertStringIncludes(problemOf("TOKEN_VALUE", "zero\u200bwidth"), "expected ASCII");
});

Deno.test("a token's name and secret that were swapped are reported", () => {
  const problems = problemsOf({ ...RIGHT, TOKEN_NAME: SECRET, TOKEN_VALUE: "mcp" });
  assertEquals(problems, [
    "PROXMOX_TOKEN_NAME: expected the name of the token, got what looks like its secret",
  ]);
  assertEquals(load({ ...RIGHT, TOKEN_NAME: SECRET }), []);
});

Deno.test("a token secret that is no UUID is warned of and accepted, whole or in a file", () => {
  const message = "expected a UUID, as the secrets of Proxmox VE's tokens are";
  for (const value of [SECRET.slice(1), `${SECRET.slice(0, 30)}`, "hunter2", "a".repeat(32)]) {
    const [warning = "", ...others] = load({ ...RIGHT, TOKEN_VALUE: value });
    assertStringIncludes(warning, `PROXMOX_TOKEN_VALUE: ${message}`);
    assert(!warning.includes(value));
    assertEquals(others, []);
    const { TOKEN_VALUE: _, ...rest } = RIGHT;
    const [inFile = ""] = load(rest, { ...FILES, "/run/token": value });
    assertStringIncludes(inFile, `PROXMOX_TOKEN_VALUE_FILE: ${message}`);
  }
  assertEquals(load({ ...RIGHT, TOKEN_VALUE: SECRET.toUpperCase() }), []);
});

Deno.test("a warning is reported together with the problems", () => {
  const { problems, warnings } = assertThrows(
    () => load({ ...RIGHT, TOKEN_VALUE: "hunter2", PORT: "abc" }),
    ConfigError,
  );
  assertEquals([problems.length, warnings.length], [1, 1]);
});

function utf16(text: string, mark: boolean): Uint8Array {
  const units = (mark ? "\ufeff" + text : text).split("").map((char) => char.charCodeAt(0));
  return Uint8Array.from(units.flatMap((unit) => [unit & 0xff, unit >> 8]));
}

const BYTES = new TextEncoder();
const FILE_CASES: readonly (readonly [name: string, bytes: Uint8Array, words: string])[] = [
  ["in UTF-16 with a byte order mark", utf16(`${SECRET}\r\n`, true), "expected UTF-8, got UTF-16"],
  ["in UTF-16 without a byte order mark", utf16(SECRET, false), "expected UTF-8, got UTF-16"],
  ["that is empty", new Uint8Array(), "the file is empty"],
  ["of white space alone", BYTES.encode(" \r\n\n"), "the file is empty"],
  ["of several lines", BYTES.encode(`# token\n${SECRET}\n`), "on one line, got 2 lines"],
  ["with a placeholder", BYTES.encode("${PROXMOX_TOKEN}\n"), "not filled in: ${…}"],
  ["with quotation marks", BYTES.encode(`"${SECRET}"\n`), "no quotation marks"],
  ["with undefined", BYTES.encode("undefined"), 'got "undefined"'],
  ["with an example", BYTES.encode("your-token-here"), "the text of an example"],
];

for (const [name, bytes, message] of FILE_CASES) {
  Deno.test(`a secret's file ${name} is reported, for either secret that has one`, async () => {
    const path = await Deno.makeTempFile();
    await Deno.writeFile(path, bytes);
    const { TOKEN_VALUE: _value, HTTP_TOKEN: _token, ...others } = RIGHT;
    const files = { TOKEN_VALUE_FILE: path, HTTP_TOKEN_FILE: path };
    const { readFile } = environment({}, FILES);
    const given: Record<string, string> = { ...others, ...files };
    const { problems } = assertThrows(() =>
      loadConfig({
        get: (variable) => given[variable.replace("PROXMOX_", "")],
        names: () => [],
        readFile: (each) => each === path ? processEnvironment.readFile(path) : readFile(each),
      }), ConfigError);
    await Deno.remove(path);
    assertEquals(problems.map((problem) => problem.split(":")[0]), [
      "PROXMOX_TOKEN_VALUE_FILE",
      "PROXMOX_HTTP_TOKEN_FILE",
    ]);
    for (const problem of problems) {
      assertStringIncludes(problem, message);
      assert(!problem.includes(SECRET));
    }
  });
}

Deno.test("a secret's file with a UTF-8 byte order mark is read", async () => {
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, `\ufeff${SECRET}\r\n`);
  const { config } = loadConfig({
    get: (name) =>
      ({
        PROXMOX_HOST: "pve1",
        PROXMOX_TOKEN_NAME: "mcp",
        PROXMOX_TOKEN_VALUE_FILE: path,
      })[name],
    names: () => [],
    readFile: processEnvironment.readFile,
  });
  await Deno.remove(path);
  assertEquals(config.tokenValue, SECRET);
});

Deno.test("a key for confirmations is long enough to be none that can be guessed, and for its user alone", async () => {
  const path = await Deno.makeTempFile();
  const given: Record<string, string> = { ...RIGHT, HTTP_STATE_KEY_FILE: path };
  const { readFile } = environment({}, FILES);
  const withKey = async (key: string, mode: number): Promise<readonly string[]> => {
    await Deno.writeTextFile(path, key);
    await Deno.chmod(path, mode);
    return loadConfig({
      get: (variable) => given[variable.replace("PROXMOX_", "")],
      names: () => [],
      readFile: (each) => each === path ? processEnvironment.readFile(path) : readFile(each),
      modeOf: (each) => processEnvironment.modeOf?.(each),
    }).warnings;
  };
  const key = "k".repeat(32);
  assertEquals(await withKey(`${key}\n`, 0o640), []);
  const [warning = ""] = await withKey(key, 0o644);
  assertStringIncludes(warning, "PROXMOX_HTTP_STATE_KEY_FILE: everybody on this machine may use");
  const short = "k".repeat(31);
  const { problems } = await assertRejects(() => withKey(short, 0o600), ConfigError);
  await Deno.remove(path);
  assertStringIncludes(problems.join(), "expected 32 characters or more, got 31");
  assert(!problems.join().includes(short));
});
