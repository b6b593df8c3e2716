/**
 * The command `doctor` as a user runs it, on an embedded Proxmox VE behind a real TLS port.
 *
 * @module
 */
import { systemClock } from "../../src/base/async/clock.ts";
import type { Finding } from "../../src/cli/doctor/finding.ts";
import { assert, assertEquals, assertStringIncludes } from "../assert.ts";
import { type PveServer, startPve } from "../cli/doctor/pve_server.ts";
import { IdentityProvider } from "../mcp/http/oidc/identity_provider.ts";
import { type Ended, runLines, start } from "./process.ts";

const NET = "localhost,127.0.0.1,no-such-node.invalid";

function doctor(env: Readonly<Record<string, string>>, ...args: string[]): Promise<Ended> {
  return runLines(start(["doctor", ...args], env, { net: NET }), []);
}

function environment(pve: PveServer): Record<string, string> {
  const { id, secret } = pve.simulator.tokens.full;
  return {
    PROXMOX_HOST: `localhost:${pve.server.port}`,
    PROXMOX_TOKEN_NAME: id,
    PROXMOX_TOKEN_VALUE: secret,
    PROXMOX_SSL_MODE: "verify",
    PROXMOX_SSL_FINGERPRINT: pve.certificate.fingerprint,
  };
}

Deno.test("doctor ends with code 0 and ✔ when all is well", async () => {
  await using pve = await startPve();
  const env = environment(pve);
  const { code, stdout, stderr } = await doctor(env);
  assertEquals(stderr, "");
  assertEquals(code, 0, stdout);
  assertStringIncludes(stdout, `✔ TCP of localhost:${pve.server.port}: port`);
  assertStringIncludes(stdout, "✔ Tools that read: ");
  assert(!stdout.includes("\x1b"), "colours are for terminals");
  assert(!stdout.includes(env.PROXMOX_TOKEN_VALUE ?? ""));
});

Deno.test("doctor ends with code 1, ✖ and the fix when something is wrong", async () => {
  await using pve = await startPve();
  const { code, stdout } = await doctor({ ...environment(pve), PROXMOX_HOST: "127.0.0.1:9" });
  assertEquals(code, 1);
  assertStringIncludes(
    stdout,
    "✖ TCP of 127.0.0.1:9: port 9 is closed\n    → Check the port in PROXMOX_HOST",
  );
  assertStringIncludes(stdout, "\n1 problem\n");
});

Deno.test("doctor finds a name without an address, and one that Deno may not reach", async () => {
  const settings = { PROXMOX_TOKEN_NAME: "mcp", PROXMOX_TOKEN_VALUE: "secret" };
  const { code, stdout } = await doctor({
    ...settings,
    PROXMOX_HOST: "no-such-node.invalid,pve1.example.com",
  });
  assertEquals(code, 1);
  assertStringIncludes(
    stdout,
    '✖ DNS of no-such-node.invalid:8006: "no-such-node.invalid" has no address\n    → Check the spelling',
  );
  assertStringIncludes(
    stdout,
    "✖ TCP of pve1.example.com:8006: Deno may not connect to it\n    → Start it with --allow-net=",
  );
  assert(!stdout.includes("✔ DNS"));
});

Deno.test("doctor ends with code 2 and every missing setting", async () => {
  const { code, stdout } = await doctor({ PROXMOX_SSL_MODE: "lax" });
  assertEquals(code, 2);
  assertStringIncludes(stdout, "✖ PROXMOX_HOST: not set");
  assertStringIncludes(stdout, "✖ PROXMOX_TOKEN_VALUE: not set");
  assertStringIncludes(stdout, "✖ PROXMOX_SSL_MODE: expected strict, verify, insecure");
});

Deno.test("doctor --json prints the findings as a list and nothing else", async () => {
  await using pve = await startPve();
  const { code, stdout } = await doctor(environment(pve), "--json");
  assertEquals(code, 0);
  const findings = JSON.parse(stdout) as Finding[];
  assert(findings.some(({ check, status }) => check === "Token" && status === "ok"));
});

Deno.test("doctor wants no token where callers bring their own, and looks at what takes none", async () => {
  await using pve = await startPve();
  const { PROXMOX_TOKEN_NAME: _name, PROXMOX_TOKEN_VALUE: _secret, ...env } = environment(pve);
  const { code, stdout } = await doctor({ ...env, PROXMOX_HTTP_AUTH: "pve" });
  assertEquals(code, 0, stdout);
  const host = `localhost:${pve.server.port}`;
  assertStringIncludes(stdout, `✔ API of ${host}: answers; callers bring tokens of their own`);
  assertStringIncludes(stdout, `✔ Trust in ${host}: the certificate is the pinned one`);
  assertStringIncludes(stdout, `✔ Clock of ${host}: agrees`);
  assertEquals(pve.simulator.requests.map(({ headers }) => headers.authorization), [undefined]);
  const missing = await doctor({ ...env, PROXMOX_HTTP_AUTH: "token" });
  assertEquals(missing.code, 2);
  assertStringIncludes(missing.stdout, "✖ PROXMOX_TOKEN_NAME: not set");
});

Deno.test("doctor finds what answers without a token and is no Proxmox VE", async () => {
  await using pve = await startPve({ prefix: "/lab" });
  const { PROXMOX_TOKEN_NAME: _name, PROXMOX_TOKEN_VALUE: _secret, ...env } = environment(pve);
  const { code, stdout } = await doctor({ ...env, PROXMOX_HTTP_AUTH: "pve" });
  assertEquals(code, 1);
  assertStringIncludes(stdout, "answered 404 to a request without a token");
});

Deno.test("doctor looks at the identity provider, the file of people and each token in it", async () => {
  await using pve = await startPve();
  await using provider = await IdentityProvider.start(systemClock);
  const { PROXMOX_TOKEN_NAME: _name, PROXMOX_TOKEN_VALUE: _secret, ...env } = environment(pve);
  const folder = await Deno.makeTempDir();
  const path = `${folder}/people.json`;
  const { full } = pve.simulator.tokens;
  const wrong = "00000000-1111-4222-8333-444444444444";
  const write = (people: unknown): Promise<void> =>
    Deno.writeTextFile(path, JSON.stringify(people), { mode: 0o600 });
  const settings = {
    ...env,
    PROXMOX_HTTP_AUTH: "oidc",
    PROXMOX_HTTP_OIDC_ISSUER: provider.issuer,
    PROXMOX_HTTP_OIDC_AUDIENCE: "x",
    PROXMOX_HTTP_PEOPLE_FILE: path,
  };
  const run = (more = {}): Promise<Ended> =>
    runLines(start(["doctor"], { ...settings, ...more }, { net: NET, read: folder }), []);
  await write({
    people: [{ person: "alice", token: full, grants: ["ssh"] }, { person: "eve", token: null }],
    groups: [{ group: "ops", token: { ...full, id: "nobody@pve!old", secret: wrong } }],
  });
  const found = await run();
  assertEquals(found.code, 1, found.stdout);
  for (
    const line of [
      `✔ Identity provider: ${provider.issuer} has 1 key: ES256`,
      "✔ People: 2 mappings to tokens in PROXMOX_HTTP_PEOPLE_FILE",
      `⚠ Token of "alice": "${full.id}" is accepted, but this server has no ssh to lend`,
      '✖ Token of group "ops": no such user',
      "→ Write the id and secret of a token",
    ]
  ) assertStringIncludes(found.stdout, line);
  assert(!found.stdout.includes(full.secret) && !found.stdout.includes(wrong));
  await write({ people: [{ person: "alice", token: full }] });
  const other = await run({ PROXMOX_HTTP_OIDC_ISSUER: `${provider.issuer}/` });
  assertEquals(other.code, 1);
  assertStringIncludes(other.stdout, "is of another issuer");
  assertStringIncludes(other.stdout, `✔ Token of "alice": "${full.id}" is accepted`);
  await write({ people: [] });
  const nobody = await run();
  assertEquals(nobody.code, 2);
  assertStringIncludes(
    nobody.stdout,
    "✖ PROXMOX_HTTP_PEOPLE_FILE: it names nobody: people and groups are empty\n    → Mend that file, ",
  );
  await Deno.remove(folder, { recursive: true });
});

/** Settings of one of several clusters. */
function entry(name: string, pve: PveServer): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment(pve)).map(([key, value]) => [
      key.replace("PROXMOX_", `PROXMOX_${name}_`),
      value,
    ]),
  );
}

Deno.test("doctor checks each of several clusters, names it in each line, and tells which are one", async () => {
  await using company = await startPve();
  await using branch = await startPve({ site: "branch" });
  const { code, stdout } = await doctor({
    PROXMOX_CLUSTERS: "home,branch,again",
    PROXMOX_ALLOW_ELEVATED: "true",
    ...entry("HOME", company),
    ...entry("BRANCH", branch),
    ...entry("AGAIN", company),
    PROXMOX_BRANCH_PORT: "9",
    PROXMOX_BRANCH_HOST: "127.0.0.1",
  });
  assertEquals(code, 1, stdout);
  const lines = stdout.split("\n");
  for (
    const line of [
      "✔ Settings: complete, of 3 clusters",
      "    PROXMOX_ALLOW_ELEVATED=true",
      "✔ home: Settings: complete; changes are allowed",
      "    PROXMOX_HOME_TOKEN_VALUE is set",
      "✖ branch: TCP of 127.0.0.1:9: port 9 is closed",
      '✔ again: Cluster: "example", 3 of 3 nodes online',
    ]
  ) assert(lines.includes(line), `${line} is not in ${stdout}`);
  assertStringIncludes(stdout, "    → Check PROXMOX_BRANCH_PORT");
  assertStringIncludes(stdout, "✖ home and again: they are one cluster: ");
  assertEquals(stdout.includes("home and branch"), false);
  assertEquals(lines.filter((line) => line.includes("MCP: ")).length, 1, "told once");
  const marked = lines.filter((line) => /^[✔⚠✖–]/.test(line));
  const unnamed = marked.filter((line) => !/^. (?:home|branch|again)(?::| and )/.test(line));
  assertEquals(unnamed.map((line) => line.split(":")[0]), ["✔ Settings", "✔ MCP"]);
});

Deno.test("doctor checks each token that people are mapped to against its own cluster", async () => {
  await using home = await startPve();
  await using lab = await startPve({ site: "lab" });
  await using provider = await IdentityProvider.start(systemClock);
  const folder = await Deno.makeTempDir();
  const path = `${folder}/people.json`;
  const [ofHome, ofLab] = [home, lab].map(({ simulator }) => simulator.tokens.full);
  const people = {
    people: [
      { person: "alice", tokens: { home: ofHome, lab: ofLab }, grants: ["snippets"] },
      { person: "bob", tokens: { home: ofHome, lab: null } },
    ],
    groups: [{ group: "ops", tokens: { lab: { ...ofLab, id: "nobody@pve!old" } } }],
  };
  await Deno.writeTextFile(path, JSON.stringify(people), { mode: 0o600 });
  const settings = Object.entries({ ...entry("HOME", home), ...entry("LAB", lab) })
    .filter(([key]) => !/_TOKEN_/.test(key));
  const env = {
    ...Object.fromEntries(settings),
    PROXMOX_CLUSTERS: "home,lab",
    PROXMOX_HTTP_AUTH: "oidc",
    PROXMOX_HTTP_OIDC_ISSUER: provider.issuer,
    PROXMOX_HTTP_OIDC_AUDIENCE: "x",
    PROXMOX_HTTP_PEOPLE_FILE: path,
  };
  const { code, stdout } = await runLines(
    start(["doctor"], env, { net: NET, read: folder }),
    [],
  );
  await Deno.remove(folder, { recursive: true });
  assertEquals(code, 1, stdout);
  const lines = stdout.split("\n");
  const told = (what: string): string[] => lines.filter((line) => line.includes(what));
  assertEquals(told("Identity provider").length, 1, "told once");
  assertEquals(told(": People: ").map((line) => line.slice(0, 26)), [
    "✔ home: People: 2 mappings",
    "✔ lab: People: 2 mappings ",
  ]);
  assertEquals(told(": Token of ").map((line) => line.split(/, | \(/)[0]), [
    `⚠ home: Token of "alice": "${ofHome?.id}" is accepted`,
    `✔ home: Token of "bob": "${ofHome?.id}" is accepted`,
    `⚠ lab: Token of "alice": "${ofLab?.id}" is accepted`,
    '✖ lab: Token of group "ops": no such user',
  ]);
  assertStringIncludes(stdout, "PROXMOX_LAB_SSH_ENABLED ssh and snippets");
});

Deno.test("doctor tells the problems of a file by their places, and where to mend them", async () => {
  const path = await Deno.makeTempFile({ suffix: ".json" });
  try {
    await Deno.writeTextFile(path, JSON.stringify({ clusters: { lab: { hots: "x", port: 0 } } }));
    const { code, stdout } = await runLines(
      start(["doctor"], { PROXMOX_CONFIG: path }, { net: NET, read: path }),
      [],
    );
    assertEquals(code, 2);
    assertStringIncludes(stdout, '✖ clusters.lab.hots: is no setting. Did you mean "host"?');
    assertStringIncludes(stdout, "✖ clusters.lab.host: not set");
    assertStringIncludes(
      stdout,
      '✖ clusters.lab.port: expected a whole number from 1 to 65535, got "0"\n' +
        `    → Set it in ${path}`,
    );
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("doctor advises what stands in a file by its place there", async () => {
  const path = await Deno.makeTempFile({ suffix: ".json" });
  const settings = { host: "127.0.0.1", port: 9, tokenName: "mcp@pve!mcp" };
  const env = { PROXMOX_CONFIG: path, PROXMOX_TOKEN_VALUE: "secret" };
  try {
    await Deno.writeTextFile(path, JSON.stringify(settings), { mode: 0o600 });
    const { stdout } = await runLines(start(["doctor"], env, { net: NET, read: path }), []);
    assertStringIncludes(stdout, "port 9 is closed\n    → Check port (8006");
    assertStringIncludes(stdout, "    PROXMOX_TOKEN_VALUE is set");
  } finally {
    await Deno.remove(path);
  }
});
