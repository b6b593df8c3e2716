/** Metrics after a scripted session, compared with what was called; health and readiness apart. */
import { startTelemetry, type Telemetry } from "../../../src/cli/telemetry/telemetry.ts";
import { ConfigError } from "../../../src/config/config_error.ts";
import { createFailover } from "../../../src/pve/transport/failover.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "../../assert.ts";
import { connectTo, embed, type Embedded, type HarnessOptions } from "../../harness.ts";

const ADDRESS = { METRICS_ADDRESS: "127.0.0.1:0" };

/** The samples of `/metrics` by name and labels. */
async function samples({ metrics }: Telemetry): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(new URL("/metrics", metrics));
  assertEquals(response.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  const lines = (await response.text()).split("\n").filter((line) => /^[^#]/.test(line));
  return new Map(lines.map((line) => {
    const [, name = "", value] = /^(.*) (\S+)$/.exec(line) ?? [];
    return [name.replace("proxmox_mcp_", ""), Number(value)];
  }));
}

function startFor({ services: { config, clock, pve } }: Embedded): Promise<Telemetry> {
  return startTelemetry(
    config,
    clock,
    (timeoutSeconds) => pve.request("GET /version", {}, { timeoutSeconds }),
  );
}

/** An embedded cluster that is measured. */
async function measured(
  options: HarnessOptions = {},
): Promise<{ embedded: Embedded; telemetry: Telemetry }> {
  const embedded = embed({ ...options, settings: { ...options.settings, ...ADDRESS } });
  return { embedded, telemetry: await startFor(embedded) };
}

async function status({ metrics }: Telemetry, path: string): Promise<number> {
  const response = await fetch(new URL(path, metrics));
  await response.body?.cancel();
  return response.status;
}

Deno.test("metrics count the calls of a session, and what they asked Proxmox VE and people", async () => {
  const answers = ["accept", "decline"] as const;
  let asked = 0;
  const options: HarnessOptions = { ask: () => Promise.resolve(answers[asked++] ?? "cancel") };
  const { embedded, telemetry: started } = await measured(options);
  await using telemetry = started;
  await using harness = await connectTo(embedded, options);
  const { simulator } = embedded;
  await harness.call("proxmox_guest_list");
  await harness.call("proxmox_guest_list");
  await harness.call("proxmox_guest_stop", { vmid: "web01" });
  await harness.call("proxmox_guest_stop", { vmid: "dns01" });
  await harness.call("proxmox_guest_snapshot", { action: "nothing", vmid: "web01" });
  await harness.call("proxmox_guest_start", { vmid: "web01", wait: 0 });
  await harness.call("proxmox_api_call", { operation: "GET /version" });
  await harness.call("proxmox_api_search", { query: "snapshot" });
  const { length: sent } = simulator.requests;
  const now = await samples(telemetry);
  const calls = [...now].filter(([name]) => name.startsWith("calls_total"));
  assertEquals(
    calls,
    [
      ['calls_total{tool="proxmox_guest_list",action="default",outcome="ok"}', 2],
      ['calls_total{tool="proxmox_guest_stop",action="default",outcome="ok"}', 1],
      ['calls_total{tool="proxmox_guest_stop",action="default",outcome="refused"}', 1],
      ['calls_total{tool="proxmox_guest_snapshot",action="none",outcome="failed"}', 1],
      ['calls_total{tool="proxmox_guest_start",action="default",outcome="running"}', 1],
      ['calls_total{tool="proxmox_api_call",action="GET /version",outcome="ok"}', 1],
      ['calls_total{tool="proxmox_api_search",action="search",outcome="ok"}', 1],
    ],
  );
  assertEquals(now.get('call_duration_seconds_count{tool="proxmox_guest_stop"}'), 2);
  const requests = [...now].filter(([name]) => name.startsWith("pve_requests_total"));
  assertEquals(requests.reduce((sum, [, count]) => sum + count, 0), sent);
  const posts = simulator.requests.filter(({ method }) => method === "POST").length;
  assertEquals(now.get('pve_requests_total{method="POST",status="200"}'), posts);
  assertEquals(
    now.get('pve_tasks_total{type="qmstop",outcome="ok"}') ?? now.get(
      'pve_tasks_total{type="hastop",outcome="ok"}',
    ),
    1,
  );
  assertEquals(now.get('confirmations_total{outcome="asked"}'), 2);
  assertEquals(now.get('confirmations_total{outcome="accepted"}'), 1);
  assertEquals(now.get('confirmations_total{outcome="declined"}'), 1);
  for (const gauge of ["calls_open", "pve_requests_running", "pve_requests_waiting", "sessions"]) {
    assertEquals(now.get(gauge), 0, gauge);
  }
});

Deno.test("no label has a name, a path or an address of the cluster", async () => {
  const { embedded, telemetry: started } = await measured({ settings: { CONFIRM: "plan" } });
  await using telemetry = started;
  await using harness = await connectTo(embedded);
  await harness.call("proxmox_guest_stop", { vmid: "web01" });
  await harness.call("proxmox_api_call", { operation: "GET /nodes/pve1/qemu/100/config" });
  await harness.call("proxmox_api_call", { operation: "GET /nodes/pve1/secret", unchecked: true });
  await harness.call("proxmox_node", { action: "status", node: "pve1" });
  const names = [...(await samples(telemetry)).keys()];
  const labels = names.flatMap((name) =>
    [...name.matchAll(/="([^"]*)"/g)].map(([, value]) => value!)
  );
  assert(labels.includes("GET /nodes/{node}/qemu/{vmid}/config"), labels.join());
  assert(labels.includes("code given"), labels.join());
  const cluster = /pve\d|web01|\b100\b(?!\.)|127\.0|demo|root@|secret|api2/;
  assertEquals(labels.filter((label) => cluster.test(label)), []);
});

Deno.test("a request is counted by its status, or by why there was none", async () => {
  const { embedded, telemetry: started } = await measured();
  await using telemetry = started;
  await using harness = await connectTo(embedded);
  const { faults } = embedded.simulator;
  faults.add({ kind: "status", status: 403, match: { path: "/cluster/resources" } });
  await harness.call("proxmox_guest_list");
  faults.clear();
  faults.add({ kind: "reset", match: { path: "/version" } });
  await harness.call("proxmox_api_call", { operation: "GET /version" });
  const now = await samples(telemetry);
  assert((now.get('pve_requests_total{method="GET",status="403"}') ?? 0) > 0);
  assert(
    (now.get('pve_requests_total{method="GET",status="reset"}') ?? 0) > 0,
    [...now.keys()].join("\n"),
  );
});

Deno.test("what was confirmed too long ago counts as void", async () => {
  const { embedded, telemetry: started } = await measured();
  await using telemetry = started;
  const ask = (): Promise<"accept"> => {
    embedded.clock.advance(11 * 60_000);
    return Promise.resolve("accept");
  };
  await using harness = await connectTo(embedded, { ask });
  await harness.call("proxmox_guest_stop", { vmid: "web01" });
  const now = await samples(telemetry);
  assertEquals(now.get('confirmations_total{outcome="accepted"}'), 1);
  assertEquals(now.get('confirmations_total{outcome="void"}'), 1);
});

Deno.test("a host that is left for another is counted, and that it is used again", async () => {
  const { embedded: { simulator, clock }, telemetry: started } = await measured();
  await using telemetry = started;
  const hosts = ["https://one.invalid:8006", "https://two.invalid:8006"].map((each) =>
    new URL(each)
  );
  const transport = createFailover(hosts, simulator.transport(), clock);
  const ask = async (): Promise<void> => {
    const url = new URL("/api2/json/version", hosts[0]);
    const { signal } = new AbortController();
    await (await transport.fetch(url, { method: "GET", headers: {}, signal })).text();
  };
  simulator.faults.add({ kind: "refused", match: { host: "one.invalid" } });
  await ask();
  simulator.faults.clear();
  clock.advance(60_000);
  await ask();
  const now = await samples(telemetry);
  assertEquals(now.get('failovers_total{outcome="left"}'), 1);
  assertEquals(now.get('failovers_total{outcome="returned"}'), 1);
});

Deno.test("healthz tells that the process answers, readyz that Proxmox VE answers it", async () => {
  const { embedded: { simulator, clock }, telemetry: started } = await measured();
  await using telemetry = started;
  assertEquals([await status(telemetry, "/healthz"), await status(telemetry, "/readyz")], [
    200,
    200,
  ]);
  simulator.faults.add({ kind: "status", status: 596, match: { path: "/version" } });
  assertEquals(await status(telemetry, "/readyz"), 200); // Asked a moment ago.
  clock.advance(6_000);
  assertEquals([await status(telemetry, "/healthz"), await status(telemetry, "/readyz")], [
    200,
    503,
  ]);
  simulator.faults.clear();
  clock.advance(6_000);
  assertEquals(await status(telemetry, "/readyz"), 200);
  assertEquals(await status(telemetry, "/mcp"), 404);
});

Deno.test("nothing is served or observed without an address, and a wrong one is told", async () => {
  await using telemetry = await startFor(embed({}));
  assertEquals(telemetry.metrics, undefined);
  const wrong = embed({ settings: { METRICS_ADDRESS: "nowhere at all" } });
  const error = await assertRejects(() => startFor(wrong), ConfigError);
  assertStringIncludes(error.problems.join(), "PROXMOX_METRICS_ADDRESS: expected an address");
});
