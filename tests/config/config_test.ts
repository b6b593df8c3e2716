import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
  assertThrows,
} from "../assert.ts";
import { loadConfig } from "../../src/config/config.ts";
import { ConfigError } from "../../src/config/config_error.ts";
import { inWordsOf } from "../../src/tool/server_rights.ts";
import { environment } from "../environment.ts";
import { checkToolChoice } from "../../src/cli/commands/settings.ts";

const MINIMAL = {
  PROXMOX_HOST: "pve1.example.com",
  PROXMOX_TOKEN_NAME: "mcp",
  PROXMOX_TOKEN_VALUE: "11111111-2222-3333-4444-555555555555",
};

function problemsOf(variables: Readonly<Record<string, string>>): readonly string[] {
  return assertThrows(() => loadConfig(environment(variables)), ConfigError).problems;
}

Deno.test("loadConfig() fills in defaults", () => {
  const { config, warnings } = loadConfig(environment(MINIMAL));
  assertEquals(config.hosts.map(String), ["https://pve1.example.com:8006/"]);
  assertEquals(
    [config.user, config.sslMode, config.allowElevated, config.taskWait, config.confirm],
    ["root@pam", "strict", false, 45, "auto"],
  );
  assertEquals(warnings, []);
});

Deno.test("loadConfig() reads several nodes of one cluster, each with its own port", () => {
  const { config } = loadConfig(environment({
    ...MINIMAL,
    PROXMOX_HOST: "pve1, pve2:8007 [2001:db8::3]",
    PROXMOX_PORT: "443",
  }));
  assertEquals(config.hosts.map((url) => url.host), ["pve1", "pve2:8007", "[2001:db8::3]"]);
});

Deno.test("loadConfig() takes PROXMOX_PORT where a host names none, else 443 for a URL and 8006", () => {
  const hosts = "pve1 [2001:db8::3] https://proxy https://proxy/pve pve2:8007 https://proxy:443/x";
  const load = (variables: Readonly<Record<string, string>>): string[] =>
    loadConfig(environment({ ...MINIMAL, PROXMOX_HOST: hosts, ...variables })).config.hosts
      .map(String);
  assertEquals(load({}), [
    "https://pve1:8006/",
    "https://[2001:db8::3]:8006/",
    "https://proxy/",
    "https://proxy/pve",
    "https://pve2:8007/",
    "https://proxy/x",
  ]);
  assertEquals(load({ PROXMOX_PORT: "8443" }), [
    "https://pve1:8443/",
    "https://[2001:db8::3]:8443/",
    "https://proxy:8443/",
    "https://proxy:8443/pve",
    "https://pve2:8007/",
    "https://proxy/x",
  ]);
});

Deno.test("loadConfig() names all problems at once and echoes no secret", () => {
  const problems = problemsOf({
    PROXMOX_HOST: "http://pve1",
    PROXMOX_USER: "root",
    PROXMOX_TOKEN_NAME: "mcp",
    PROXMOX_SSL_MODE: "stric",
    PROXMOX_ALLOW_ELEVATED: "maybe",
    PROXMOX_PORT: "80006",
    PROXMOX_TASK_WAIT: "soon",
    PROXMOX_SSH_ENABLED: "true",
    PROXMOX_TOKEN_VALUE: "top-secret-value",
  });
  const text = problems.join("\n");
  for (
    const name of [
      "HOST",
      "USER",
      "SSL_MODE",
      "ALLOW_ELEVATED",
      "PORT",
      "TASK_WAIT",
      "SSH_NODE",
      "SSH_KEY_PATH",
    ]
  ) {
    assertStringIncludes(text, `PROXMOX_${name}:`);
  }
  assert(!text.includes("top-secret-value"));
  assertEquals(problems.length, 8);
});

Deno.test("loadConfig() echoes no secret that stands in the wrong setting", () => {
  const secret = "11111111-2222-3333-4444-555555555555";
  for (
    const [name, value, shown] of [
      ["TOKEN_NAME", `joe@pve!mcp=${secret}`, 'got "joe@pve!mcp=…"'],
      ["TOKEN_NAME", "joe@pve!mcp=secret", 'got "joe@pve!mcp=…"'],
      ["TOKEN_NAME", secret, 'got "…"'],
      ["TOKEN_NAME", "mcp=secret", 'got "mcp=…"'],
      ["TOKEN_NAME", secret.slice(0, 30), 'got "…"'],
      ["HOST", `https://${secret}@pve1`, "without user and password"],
      ["USER", `joe@pve!mcp=${secret}`, 'got "joe@pve!mcp=…"'],
      ["HOST", "http://joe:secret@pve1", 'got "http://…@pve1"'],
      ["HOST", "joe:secret@pve1", 'got "…@pve1"'],
      ["SSL_MODE", secret, 'got "…"'],
    ] as const
  ) {
    const [problem, ...others] = problemsOf({ ...MINIMAL, [`PROXMOX_${name}`]: value });
    assertEquals(others, [], value);
    assertStringIncludes(String(problem), shown);
  }
});

Deno.test("loadConfig() says what is missing", () => {
  assertEquals(problemsOf({}).map((problem) => problem.split(":")[0]), [
    "PROXMOX_HOST",
    "PROXMOX_TOKEN_NAME",
    "PROXMOX_TOKEN_VALUE",
  ]);
});

Deno.test("loadConfig() names unknown tools together with all other problems", () => {
  const given = environment({ PROXMOX_TOOLSETS: "guest,clutser", PROXMOX_TOOLS: "guest_strat" });
  const { problems, hint } = assertThrows(
    () => loadConfig(given, { check: checkToolChoice }),
    ConfigError,
  );
  assertEquals(problems.slice(0, 3).map((problem) => problem.split(":")[0]), [
    "PROXMOX_HOST",
    "PROXMOX_TOKEN_NAME",
    "PROXMOX_TOKEN_VALUE",
  ]);
  assertEquals(problems.slice(3), [
    'PROXMOX_TOOLSETS: there is no "clutser". Did you mean "cluster"?',
    'PROXMOX_TOOLS: there is no "guest_strat". Did you mean "guest_start"?',
  ]);
  assertStringIncludes(hint ?? "", "--demo");
  const demo = assertThrows(
    () => loadConfig(given, { demo: true, check: checkToolChoice }),
    ConfigError,
  );
  assertEquals([demo.problems.length, demo.hint], [2, undefined]);
});

Deno.test("loadConfig() takes a whole token id as the token's name", () => {
  const { config } = loadConfig(environment({ ...MINIMAL, PROXMOX_TOKEN_NAME: "joe@pve!mcp" }));
  assertEquals([config.user, config.tokenName], ["joe@pve", "mcp"]);
  const [problem] = problemsOf({ ...MINIMAL, PROXMOX_TOKEN_NAME: "joe!mcp" });
  assertStringIncludes(String(problem), "PROXMOX_TOKEN_NAME: expected a user with its realm");
  const [longer] = problemsOf({ ...MINIMAL, PROXMOX_TOKEN_NAME: "joe@pve!mcp!more" });
  assertStringIncludes(String(longer), 'got "joe@pve!mcp!more"');
});

Deno.test("loadConfig() reads the token's secret from a file", () => {
  const { PROXMOX_TOKEN_VALUE: _value, ...rest } = MINIMAL;
  const variables = { ...rest, PROXMOX_TOKEN_VALUE_FILE: "/run/secret" };
  for (
    const text of [`${MINIMAL.PROXMOX_TOKEN_VALUE}\n`, `\ufeff${MINIMAL.PROXMOX_TOKEN_VALUE}\r\n`]
  ) {
    const { config, warnings } = loadConfig(environment(variables, { "/run/secret": text }));
    assertEquals([config.tokenValue, warnings], [MINIMAL.PROXMOX_TOKEN_VALUE, []]);
  }
  assertStringIncludes(
    problemsOf(variables).join(),
    'PROXMOX_TOKEN_VALUE_FILE: cannot read "/run/secret"',
  );
});

Deno.test("who cannot start is pointed to the doctor", () => {
  const { hint } = assertThrows(() => loadConfig(environment({})), ConfigError);
  assertMatch(hint ?? "", /^proxmox-mcp doctor /);
});

Deno.test("a URL without a port means another one than the API's, and advice says so", () => {
  const { config } = loadConfig(environment({ ...MINIMAL, PROXMOX_HOST: "https://10.0.0.1" }));
  assertEquals(
    inWordsOf(config, "Check PROXMOX_HOST and PROXMOX_PORT, too"),
    "Check PROXMOX_HOST with its port, where a URL without :8006 means 443, too",
  );
  const named = { ...MINIMAL, PROXMOX_HOST: "https://10.0.0.1", PROXMOX_PORT: "8006" };
  const { config: other } = loadConfig(environment(named));
  assertEquals(inWordsOf(other, "Check PROXMOX_PORT"), "Check PROXMOX_PORT");
});

Deno.test("loadConfig() reads the nodes that SSH reaches", () => {
  const ssh = { ...MINIMAL, PROXMOX_SSH_ENABLED: "true", PROXMOX_SSH_KEY_PATH: "/key" };
  const one = loadConfig(environment({ ...ssh, PROXMOX_SSH_NODE: "pve1" })).config;
  assertEquals([...one.sshNodes], [["pve1", { host: "pve1.example.com", port: 22 }]]);
  const two = loadConfig(environment({
    ...ssh,
    PROXMOX_SSH_PORT: "2222",
    PROXMOX_SSH_NODE: "pve1=10.0.0.1 pve2=10.0.0.2:22",
  })).config;
  assertEquals([...two.sshNodes], [
    ["pve1", { host: "10.0.0.1", port: 2222 }],
    ["pve2", { host: "10.0.0.2", port: 22 }],
  ]);
  const url = loadConfig(environment({
    ...ssh,
    PROXMOX_HOST: "https://pve1.example.com:8006/pve",
    PROXMOX_SSH_HOST: "https://pve1.example.com:8006/pve",
    PROXMOX_SSH_NODE: "pve1",
  })).config;
  assertEquals([...url.sshNodes], [["pve1", { host: "pve1.example.com", port: 22 }]]);
});

Deno.test("loadConfig() needs no connection for the embedded cluster", () => {
  const { config } = loadConfig(environment({}), { demo: true });
  assertEquals(config.hosts.length, 1);
});

Deno.test("loadConfig() reads the CA file, and says when it cannot or when it holds none", () => {
  const pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  const files = { "/ca.pem": pem, "/key.pem": "-----BEGIN PRIVATE KEY-----" };
  const load = (path: string): unknown =>
    loadConfig(environment({ ...MINIMAL, PROXMOX_SSL_CA_CERT: path }, files)).config.caCert;
  assertEquals(load("/ca.pem"), pem);
  for (const path of ["/key.pem", "/missing.pem"]) {
    const { problems } = assertThrows(() => load(path), ConfigError);
    assertStringIncludes(problems.join(), `PROXMOX_SSL_CA_CERT: cannot use "${path}"`);
  }
});

Deno.test("loadConfig() reads fingerprints in any notation, and refuses what is none", () => {
  const hex = "ab".repeat(32);
  const fingerprint = Array(32).fill("AB").join(":");
  const { config } = loadConfig(
    environment({ ...MINIMAL, PROXMOX_SSL_FINGERPRINT: `SHA256:${hex}, ${hex}` }),
  );
  assertEquals(config.sslFingerprint, `${fingerprint},${fingerprint}`);
  const [problem] = problemsOf({ ...MINIMAL, PROXMOX_SSL_FINGERPRINT: hex.slice(2) });
  assertStringIncludes(String(problem), "PROXMOX_SSL_FINGERPRINT: expected a SHA-256 fingerprint");
});

Deno.test("loadConfig() reads certificate and key of the HTTP server, which belong together", () => {
  const cert = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  const key = "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n";
  const files = { "/cert.pem": cert, "/key.pem": key };
  const load = (names: Record<string, string>): ReturnType<typeof loadConfig>["config"] =>
    loadConfig(environment({ ...MINIMAL, ...names }, files)).config;
  const both = { PROXMOX_HTTP_TLS_CERT: "/cert.pem", PROXMOX_HTTP_TLS_KEY: "/key.pem" };
  assertEquals(load(both).httpTls, { cert, key });
  assertEquals(load({}).httpTls, undefined);
  for (
    const [names, problem] of [
      [{ PROXMOX_HTTP_TLS_CERT: "/cert.pem" }, "PROXMOX_HTTP_TLS_KEY: not set"],
      [{ PROXMOX_HTTP_TLS_KEY: "/key.pem" }, "PROXMOX_HTTP_TLS_CERT: not set"],
      [{ ...both, PROXMOX_HTTP_TLS_KEY: "/cert.pem" }, "found none"],
      [{ ...both, PROXMOX_HTTP_TLS_CERT: "/none.pem" }, 'cannot use "/none.pem"'],
    ] as const
  ) {
    const { problems } = assertThrows(() => load(names), ConfigError);
    assertEquals(problems.length, 1);
    assertStringIncludes(String(problems[0]), problem);
  }
});

Deno.test("a password stands in place of a token, or beside one", () => {
  const host = { PROXMOX_HOST: "pve1", PROXMOX_USER: "mcp@pve" };
  const password = { PROXMOX_PASSWORD_FILE: "/run/password" };
  const files = { "/run/password": "correct horse\n", "/run/totp": "JBSW Y3DP EHPK 3PXP" };
  const read = (values: Readonly<Record<string, string>>): unknown[] => {
    const { config } = loadConfig(environment({ ...host, ...values }, files));
    return [config.loginUser, config.password, config.totpSecret, config.tokenName];
  };
  assertEquals(read(password), ["mcp@pve", "correct horse", undefined, undefined]);
  assertEquals(
    read({
      ...password,
      PROXMOX_TOKEN_NAME: "mcp",
      PROXMOX_TOKEN_VALUE: "d3b07384-d113-4ec4-9f1e-5a3c1d9e0001",
      PROXMOX_TOTP_SECRET_FILE: "/run/totp",
    }),
    ["root@pam", "correct horse", "JBSW Y3DP EHPK 3PXP", "mcp"],
  );
});

Deno.test("half a login, and half a token beside a whole one, are reported", () => {
  const problems = (values: Readonly<Record<string, string>>): readonly string[] =>
    assertThrows(
      () => loadConfig(environment({ PROXMOX_HOST: "pve1", ...values })),
      ConfigError,
    ).problems;
  const needs = "PROXMOX_PASSWORD: not set: it belongs to";
  assertStringIncludes(
    problems({ PROXMOX_LOGIN_USER: "root@pam" }).join(),
    `${needs} PROXMOX_LOGIN_USER`,
  );
  assertStringIncludes(
    problems({ PROXMOX_TOTP_SECRET: "JBSWY3DPEHPK3PXP" }).join(),
    `${needs} PROXMOX_TOTP_SECRET`,
  );
  assertStringIncludes(
    problems({ PROXMOX_PASSWORD: "correct horse", PROXMOX_TOKEN_NAME: "mcp" }).join(),
    "PROXMOX_TOKEN_VALUE: not set",
  );
  const unreadable = problems({ PROXMOX_PASSWORD: "correct horse", PROXMOX_TOTP_SECRET: "1018" });
  assertEquals(unreadable, ["PROXMOX_TOTP_SECRET: cannot be read"]);
});

Deno.test("a server over HTTP whose callers bring tokens of their own needs none itself", () => {
  const settings = { PROXMOX_HOST: "pve1", PROXMOX_HTTP_AUTH: "pve" };
  const { config } = loadConfig(environment(settings), { overHttp: true });
  assertEquals([config.httpAuth, config.tokenValue], ["pve", undefined]);
  const cases = [
    [settings, false],
    [{ ...settings, PROXMOX_HTTP_AUTH: "token" }, true],
  ] as const;
  for (const [each, overHttp] of cases) {
    const error = assertThrows(() => loadConfig(environment(each), { overHttp }), ConfigError);
    assertStringIncludes(error.problems.join(), "PROXMOX_TOKEN_VALUE: not set");
  }
});
