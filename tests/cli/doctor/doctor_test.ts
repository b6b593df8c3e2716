/**
 * The doctor over an embedded Proxmox VE behind a real TLS port: a table of faults, each with what
 * must be found.
 *
 * @module
 */
import { grant } from "../../../src/simulator/access/acl.ts";
import type { Simulator } from "../../../src/simulator/simulator.ts";
import { systemClock } from "../../../src/base/async/clock.ts";
import { loadConfig } from "../../../src/config/config.ts";
import { diagnose } from "../../../src/cli/doctor/diagnose.ts";
import { type Finding, findingLines } from "../../../src/cli/doctor/finding.ts";
import { sshFindings } from "../../../src/cli/doctor/ssh.ts";
import { clusterServices } from "../../../src/cli/services.ts";
import { TOOLS } from "../../../src/tools/manifest_gen.ts";
import { assert, assertEquals, assertMatch } from "../../assert.ts";
import { serveTcp } from "../../pve/tls_server.ts";
import { type CertificateOptions, type PveServer, startPve } from "./pve_server.ts";

type Settings = Readonly<Record<string, string>>;

async function examine(settings: Settings): Promise<Finding[]> {
  const { config } = loadConfig({
    get: (name) => settings[name.replace("PROXMOX_", "")],
    names: () => [],
    readFile: (path) => Deno.readTextFileSync(path),
  });
  const findings: Finding[] = [];
  const patient = {
    config,
    settings: [],
    tools: TOOLS,
    clock: systemClock,
    protocols: ["2025-11-25", "2025-06-18"],
    clientOf: (host: URL) => clusterServices({ ...config, hosts: [host] }).pve,
    // With a token of the server's own, neither is asked.
    askAsNobody: () => Promise.reject(new Error("A token was there")),
    callers: () => ReadableStream.from<Finding>([]),
    ssh: () => sshFindings(config, systemClock),
  };
  for await (const finding of diagnose(patient)) findings.push(finding);
  return findings;
}

/** Settings that fit a node in every way. */
function settingsFor(pve: PveServer): Settings {
  const { id, secret } = pve.simulator.tokens.full;
  const [user = "", name = ""] = id.split("!");
  return {
    HOST: `localhost:${pve.server.port}`,
    USER: user,
    TOKEN_NAME: name,
    TOKEN_VALUE: secret,
    SSL_MODE: "verify",
    SSL_FINGERPRINT: pve.certificate.fingerprint,
  };
}

function limited(pve: PveServer): Settings {
  const { id, secret } = pve.simulator.tokens.limited;
  const [user = "", name = ""] = id.split("!");
  return { USER: user, TOKEN_NAME: name, TOKEN_VALUE: secret };
}

const DAY_MS = 86_400_000;
const inDays = (days: number): Date => new Date(Date.now() + days * DAY_MS);

/** What is wrong, and what must be found: status, check, and words of its text and fix. */
interface Case {
  readonly fault: string;
  readonly certificate?: CertificateOptions;
  readonly arrange?: (pve: PveServer) => void;
  readonly settings?: (pve: PveServer) => Settings;
  readonly find: readonly (readonly [Finding["status"], RegExp, RegExp])[];
}

const LIMITED = "viewer@pve!limited";

/** The token has privileges of its own, and nobody has any. */
function separateToken({ cluster }: Simulator): void {
  const tokens = cluster.table("access.tokens");
  tokens.set(LIMITED, { ...tokens.get(LIMITED), privsep: 1 });
  cluster.table("access.acl").clear();
}

/** A token and its user with a role each, and what grants the rest. */
const HALF_GRANTED: readonly (readonly [who: string, user: string, token: string, fix: RegExp])[] =
  [
    [
      "the token",
      "Administrator",
      "PVEAuditor",
      /→ Its user viewer@pve has it, the token itself lacks it \(privilege separation\): `pveum acl modify PATH --tokens 'viewer@pve!limited' --roles ROLE`/,
    ],
    [
      "the user",
      "PVEAuditor",
      "Administrator",
      /→ Its user viewer@pve lacks it, and a token has no more than its user: `pveum acl modify PATH --users viewer@pve --roles ROLE`/,
    ],
    [
      "both",
      "PVEAuditor",
      "PVEAuditor",
      /→ The token and its user viewer@pve lack it: `pveum acl modify PATH --users viewer@pve --tokens 'viewer@pve!limited' --roles ROLE`/,
    ],
  ];

const CASES: readonly Case[] = [
  {
    fault: "a closed port",
    settings: () => ({ HOST: "127.0.0.1:9" }),
    find: [[
      "fail",
      /^TCP of 127\.0\.0\.1:9$/,
      /port 9 is closed\n.*Check the port in PROXMOX_HOST \(/,
    ]],
  },
  {
    fault: "a closed port of its own setting",
    settings: () => ({ HOST: "127.0.0.1", PORT: "9" }),
    find: [["fail", /^TCP of 127\.0\.0\.1:9$/, /port 9 is closed\n.*Check PROXMOX_PORT \(/]],
  },
  {
    fault: "closed ports, one of them with the host",
    settings: () => ({ HOST: "127.0.0.1:9,localhost", PORT: "10" }),
    find: [["fail", /^TCP of localhost:10$/, /Check the port in PROXMOX_HOST or PROXMOX_PORT \(/]],
  },
  {
    fault: "no fault, and a login beside the token",
    settings: () => ({ PASSWORD: "proxmox-demo", ALLOW_ELEVATED: "true" }),
    find: [
      ["ok", /^Login$/, /"root@pam" logs in[^]*beside the token; it does what no API token may/],
      ["ok", /^Tools$/, /the login as root@pam does them[^]*proxmox_node_disk_admin/],
    ],
  },
  {
    fault: "a login with a wrong password",
    settings: () => ({ PASSWORD: "not-that-one" }),
    find: [["fail", /^Login$/, /did not let root@pam log in[^]*password is wrong/]],
  },
  {
    fault: "no fault, and a login in place of a token",
    settings: () => ({ PASSWORD: "proxmox-demo", TOKEN_NAME: "", TOKEN_VALUE: "" }),
    find: [["ok", /^Login$/, /"root@pam" logs in[^]*in place of a token/]],
  },
  {
    fault: "an authority that is not trusted",
    settings: () => ({ SSL_MODE: "strict", SSL_FINGERPRINT: "" }),
    find: [
      ["ok", /^Certificate of/, /valid until/],
      ["fail", /^API of/, /its issuer is not trusted[^]*PROXMOX_SSL_CA_CERT/],
    ],
  },
  {
    fault: "an expired certificate",
    certificate: { notBefore: inDays(-30), notAfter: inDays(-1) },
    settings: () => ({ SSL_FINGERPRINT: "" }),
    find: [
      ["fail", /^Certificate of/, /expired on [^]*pvecm updatecerts/],
      ["fail", /^API of/, /it expired on/],
    ],
  },
  {
    fault: "a name that the certificate does not have",
    certificate: { names: ["pve1.example.com"] },
    settings: () => ({ SSL_FINGERPRINT: "" }),
    find: [
      ["ok", /^Certificate of/, /for "pve1\.example\.com"/],
      [
        "fail",
        /^API of/,
        /it is for "pve1\.example\.com" only[^]*one of its names in PROXMOX_HOST/,
      ],
    ],
  },
  {
    fault: "a certificate that ends soon",
    certificate: { notAfter: inDays(5.5) },
    find: [["warn", /^Certificate of/, /ends in 5 days[^]*PROXMOX_SSL_FINGERPRINT changes/]],
  },
  {
    fault: "another certificate than the pinned one",
    settings: () => ({ SSL_FINGERPRINT: Array(32).fill("AB").join(":") }),
    find: [["fail", /^API of/, /its fingerprint is not AB:AB[^]*pvenode cert info/]],
  },
  {
    fault: "a certificate trusted on first use",
    settings: () => ({ SSL_FINGERPRINT: "" }),
    find: [[
      "warn",
      /^Trust in/,
      /on first use[^]*PROXMOX_SSL_FINGERPRINT=([\dA-F]{2}:){31}[\dA-F]{2}, [^]*PROXMOX_SSL_PIN_FILE/,
    ]],
  },
  {
    fault: "certificates of several hosts trusted on first use",
    settings: (pve) => ({
      HOST: `127.0.0.1:${pve.server.port},localhost:${pve.server.port},127.0.0.1:9`,
      SSL_FINGERPRINT: "",
    }),
    find: [
      ["warn", /^Trust in localhost/, /on first use[^]*under "Fingerprints of all hosts"/],
      [
        "ok",
        /^Fingerprints of all hosts$/,
        /1 more did not answer\n +PROXMOX_SSL_FINGERPRINT=([\dA-F]{2}:){31}[\dA-F]{2}$/,
      ],
    ],
  },
  {
    fault: "no check of certificates",
    settings: () => ({ SSL_MODE: "insecure" }),
    find: [[
      "warn",
      /^Trust in/,
      /no certificate is checked[^]*PROXMOX_SSL_MODE=verify and PROXMOX_SSL_FINGERPRINT=([\dA-F]{2}:){31}/,
    ]],
  },
  {
    fault: "a wrong secret",
    settings: () => ({ TOKEN_VALUE: "00000000-0000-4000-8000-000000000000" }),
    find: [["fail", /^API of/, /PROXMOX_TOKEN_VALUE[^]*401/]],
  },
  {
    fault: "an expired token",
    arrange: ({ simulator }) => simulator.faults.add({ kind: "token-expired" }),
    find: [["fail", /^API of/, /expired[^]*401/]],
  },
  {
    fault: "a web page of a proxy in between",
    arrange: ({ simulator }) => simulator.faults.add({ kind: "html", status: 200 }),
    find: [["fail", /^API of/, /web page[^]*PROXMOX_HOST with its port must name the API/]],
  },
  {
    fault: "a proxy without the node behind it",
    arrange: ({ simulator }) => simulator.faults.add({ kind: "status", status: 503 }),
    find: [["fail", /^API of/, /Simulated status 503/]],
  },
  {
    fault: "an answer that is not JSON",
    arrange: ({ simulator }) => simulator.faults.add({ kind: "bad-json" }),
    find: [["fail", /^API of/, /not JSON/]],
  },
  {
    fault: "an answer that breaks off",
    arrange: ({ simulator }) => simulator.faults.add({ kind: "half-body" }),
    find: [["fail", /^API of/, /\S/]],
  },
  {
    fault: "a connection that is reset",
    arrange: ({ simulator }) => simulator.faults.add({ kind: "reset" }),
    find: [["fail", /^API of/, /\S/]],
  },
  {
    fault: "a clock that is ahead",
    arrange: ({ simulator }) => simulator.faults.add({ kind: "clock-skew", seconds: 330 }),
    find: [["warn", /^Clock of/, /5 min ahead of this machine's[^]*NTP/]],
  },
  {
    fault: "a clock that is behind",
    arrange: ({ simulator }) => simulator.faults.add({ kind: "clock-skew", seconds: -90 }),
    find: [["warn", /^Clock of/, /1 min behind this machine's/]],
  },
  {
    fault: "a token without privileges",
    arrange: ({ simulator }) => simulator.cluster.table("access.acl").clear(),
    settings: limited,
    find: [
      ["fail", /^Privileges$/, /the token has none[^]*PVEAuditor/],
      ["warn", /^Tools that read$/, /work with this token in full(?![^]*Refused)/],
    ],
  },
  ...HALF_GRANTED.map(([who, user, token, fix]): Case => ({
    fault: `that ${who} lacks privileges`,
    arrange: ({ simulator }) => {
      separateToken(simulator);
      grant(simulator.cluster, "/", "users", "viewer@pve", user);
      grant(simulator.cluster, "/", "tokens", LIMITED, token);
    },
    settings: limited,
    find: [["warn", /^Tools that read$/, fix]],
  })),
  {
    fault: "a token of which nobody can see who lacks privileges",
    arrange: ({ simulator }) => {
      separateToken(simulator);
      grant(simulator.cluster, "/", "tokens", LIMITED, "PVEAuditor");
    },
    settings: limited,
    find: [[
      "fail",
      /^Privileges$/,
      /→ To let it read: Whether the token or its user viewer@pve lacks it cannot be seen \(`pveum user permissions viewer@pve`[^]*both need it: `pveum acl modify \/ --users viewer@pve --tokens 'viewer@pve!limited' --roles PVEAuditor`/,
    ]],
  },
  {
    fault: "a token with few privileges",
    settings: limited,
    find: [
      ["ok", /^Privileges$/, /on 5 paths[^]*\/vms: .*VM\.Audit/],
      ["warn", /^Tools that read$/, /Refused for lack of privileges:[^]*Sys\.Audit on/],
    ],
  },
  {
    fault: "what a token for reading does not see",
    arrange: ({ simulator }) => grant(simulator.cluster, "/", "users", "viewer@pve", "PVEAuditor"),
    settings: limited,
    find: [[
      "ok",
      /^Tools that read$/,
      /VM\.Backup on \/vms\/\{vmid\} and Datastore\.AllocateSpace on \/storage\/\{storage\}, or [^]*, to see backups: proxmox_report \(backups\), proxmox_backup \(list\)/,
    ]],
  },
  {
    fault: "a token that may only read, and changes allowed",
    settings: (pve) => ({ ...limited(pve), ALLOW_ELEVATED: "true" }),
    find: [["warn", /^Tools$/, /VM\.Snapshot on \/vms\/\{vmid\}: [^]*proxmox_guest_snapshot/]],
  },
  {
    fault: "what is closed to every token",
    find: [[
      "ok",
      /^Tools that read$/,
      /closed to every API token[^]*proxmox_acme_account \(get\)/,
    ]],
  },
  {
    fault: "a token of root that may do anything",
    settings: () => ({ ALLOW_ELEVATED: "true" }),
    find: [["warn", /^Token$/, /it may do anything[^]*just the roles it needs/]],
  },
  {
    fault: "a token that ends soon",
    arrange: ({ simulator }) => {
      const tokens = simulator.cluster.table("access.tokens");
      const token = tokens.get(simulator.tokens.full.id);
      tokens.set(simulator.tokens.full.id, { ...token, expire: Date.now() / 1000 + 200_000 });
    },
    find: [["warn", /^Token$/, /ends in 2 days/]],
  },
  {
    fault: "a node that is down",
    arrange: ({ simulator }) => simulator.faults.add({ kind: "node-offline", node: "pve3" }),
    find: [["warn", /^Cluster$/, /2 of 3 nodes online; offline: pve3/]],
  },
  {
    fault: "a cluster without quorum",
    arrange: ({ simulator }) => {
      for (const node of ["pve2", "pve3"]) simulator.faults.add({ kind: "node-offline", node });
    },
    find: [[
      "fail",
      /^Cluster$/,
      /1 of 3 nodes online; quorum lost: nothing can be changed[^]*pvecm status/,
    ]],
  },
  {
    fault: "a first host that is down",
    settings: (pve) => ({ HOST: `127.0.0.1:9,localhost:${pve.server.port}` }),
    find: [
      ["fail", /^TCP of 127\.0\.0\.1:9$/, /closed/],
      ["ok", /^Token$/, /is accepted/],
    ],
  },
  {
    fault: "two ways to one cluster",
    settings: (pve) => ({ HOST: `127.0.0.1:${pve.server.port},localhost:${pve.server.port}` }),
    find: [["ok", /^Hosts of PROXMOX_HOST$/, /2 ways to one cluster/]],
  },
];

for (const { fault, certificate, arrange, settings, find } of CASES) {
  Deno.test(`doctor finds ${fault}`, async () => {
    await using pve = await startPve(certificate);
    arrange?.(pve);
    const own = settingsFor(pve);
    const findings = await examine({ ...own, ...settings?.(pve) });
    const all = findings.map((each) => findingLines(each, false)).join("\n");
    for (const [status, check, pattern] of find) {
      const found = findings.some((each) =>
        check.test(each.check) && each.status === status && pattern.test(findingLines(each, false))
      );
      assert(found, `No ${status} of ${check} with ${pattern} in:\n${all}`);
    }
    assert(!all.includes(own.TOKEN_VALUE ?? ""), "the secret is shown");
  });
}

Deno.test("doctor finds a port that does not speak TLS", async () => {
  await using server = await serveTcp((socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n"));
  const findings = await examine({
    HOST: `127.0.0.1:${server.port}`,
    TOKEN_NAME: "mcp",
    TOKEN_VALUE: "secret",
  });
  const certificate = findings.find(({ check }) => check.startsWith("Certificate of"));
  assertEquals(certificate?.status, "fail");
  assertMatch(certificate?.fix ?? "", /Check that the port in PROXMOX_HOST is the port of the API/);
});

Deno.test("doctor finds nothing wrong with a node in good health", async () => {
  await using pve = await startPve();
  const findings = await examine(settingsFor(pve));
  const wrong = findings.filter(({ status }) => status === "fail" || status === "warn");
  assertEquals(wrong, []);
  assertEquals(
    [...new Set(findings.map(({ check }) => check.replace(/:\d+$/, "")))].join(", "),
    "Settings, MCP, Confirmation, DNS of localhost, TCP of localhost, Certificate of localhost, " +
      "Trust in localhost, Version of localhost, Clock of localhost, Token, Privileges, " +
      "Tools that read, Cluster, SSH",
  );
});

/** Examines a healthy node whose certificate is not pinned; answers what is said of the trust. */
async function trustOf(pve: PveServer, settings: Settings): Promise<Finding | undefined> {
  const findings = await examine({ ...settingsFor(pve), SSL_FINGERPRINT: "", ...settings });
  return findings.find(({ check }) => check.startsWith("Trust in"));
}

Deno.test("doctor is content with a certificate that the given CA vouches for, in verify and strict mode", async () => {
  await using pve = await startPve();
  const SSL_CA_CERT = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(SSL_CA_CERT, pve.authority.certificate);
    const verify = await trustOf(pve, { SSL_CA_CERT });
    assertEquals(verify?.status, "ok");
    assertEquals(verify?.text, "PROXMOX_SSL_CA_CERT vouches for the certificate");
    assertEquals((await trustOf(pve, { SSL_CA_CERT, SSL_MODE: "strict" }))?.status, "ok");
  } finally {
    await Deno.remove(SSL_CA_CERT);
  }
});

Deno.test("doctor is content with a certificate that the pin file remembers, and has it remembered", async () => {
  await using pve = await startPve();
  const folder = await Deno.makeTempDir();
  try {
    const SSL_PIN_FILE = `${folder}/pins`;
    for (const _ of ["first", "again"]) {
      const trust = await trustOf(pve, { SSL_PIN_FILE });
      assertEquals(trust?.status, "ok");
      assertMatch(trust?.text ?? "", /PROXMOX_SSL_PIN_FILE remembers/);
    }
    assertEquals(
      await Deno.readTextFile(SSL_PIN_FILE),
      `localhost:${pve.server.port} ${pve.certificate.fingerprint}\n`,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("doctor finds nothing wrong with a node below a path of a reverse proxy", async () => {
  await using pve = await startPve({ prefix: "/lab/pve" });
  const HOST = `https://localhost:${pve.server.port}/lab/pve/`;
  const findings = await examine({ ...settingsFor(pve), HOST });
  const wrong = findings.filter(({ status }) => status === "fail" || status === "warn");
  assertEquals(wrong, []);
  assert(findings.some(({ check, status }) => check === "Token" && status === "ok"));
});

Deno.test("doctor finds a path that is missing, or not the one of the reverse proxy", async () => {
  await using pve = await startPve({ prefix: "/lab/pve" });
  for (const path of ["", "/lab", "/pve"]) {
    const HOST = `https://localhost:${pve.server.port}${path}`;
    const findings = await examine({ ...settingsFor(pve), HOST });
    const [api] = findings.filter(({ check }) => check.startsWith("API of"));
    assertEquals(api?.status, "fail", path);
    assertMatch(findingLines(api!, false), /the URL of a reverse proxy with its path/);
  }
});

Deno.test("doctor changes nothing", async () => {
  await using pve = await startPve();
  await examine({ ...settingsFor(pve), ALLOW_ELEVATED: "true" });
  assert(pve.simulator.requests.length > 0);
  assertEquals([...new Set(pve.simulator.requests.map(({ method }) => method))], ["GET"]);
});
