/** What the doctor finds between the settings and a tool that works, and in the cluster. */
import { findingLines } from "../../../src/cli/doctor/finding.ts";
import { assert, assertEquals, assertMatch } from "../../assert.ts";
import { serveTcp } from "../../pve/transport/tls_server.ts";
import { examine, settingsFor, testCases } from "./examine.ts";
import { startPve } from "./pve_server.ts";

testCases([
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
    fault: "which guests are protected, where changes are allowed",
    settings: () => ({ ALLOW_ELEVATED: "true", PROTECT: "Database,pve3,development,100" }),
    find: [["ok", /^Protection$/, /: 8 of 15 guests: web01 \(100\), db01 \(102\)/]],
  },
  {
    fault: "a name that protects nothing",
    settings: () => ({ ALLOW_ELEVATED: "true", PROTECT: "database,prodution" }),
    find: [[
      "warn",
      /^Protection$/,
      /3 of 15 guests: [^]*legacy-erp \(106\); nothing [^]*node "prodution"\n.*Correct PROXMOX_PROTECT/,
    ]],
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
]);

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
