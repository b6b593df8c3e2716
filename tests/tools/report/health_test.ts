/** Is the cluster well: each thing that can be wrong is found, and nothing once it is put right. */
import { assert, assertEquals } from "../../assert.ts";
import { connect, type Harness, rowsOf } from "../../harness.ts";
import { assertNoLine, lineWith, report } from "./report.ts";

/** A cluster in which nothing needs attention. */
async function wellCluster(token: "full" | "limited" = "full"): Promise<Harness> {
  const harness = await connect({ token });
  const { cluster } = harness.simulator;
  const scratch = cluster.storages.capacity.get("scratch");
  cluster.storages.capacity.set("scratch", { ...scratch, total: 1e12, other: 0 });
  delete cluster.guests.get(108)?.config.lock;
  Object.assign(cluster.guests.get(105) ?? {}, { qmpstatus: "running" });
  harness.clock.advance(3 * 86_400_000);
  return harness;
}

type Wrong = (harness: Harness) => void | Promise<void>;

function node(harness: Harness, name: string): Map<string, Record<string, unknown>> {
  return harness.simulator.cluster.table(`node.settings/${name}`);
}

const WRONGS: readonly (readonly [what: string, wrong: Wrong, words: readonly string[]])[] = [
  ["a service that is down", async ({ call }) => {
    await call("proxmox_node_service", {
      action: "control",
      node: "pve2",
      service: "pvestatd",
      command: "stop",
    });
  }, ["now", "service", "pve2", "pvestatd is dead"]],
  ["a node that is off", ({ simulator }) => {
    simulator.faults.add({ kind: "node-offline", node: "pve3" });
  }, ["now", "node", "pve3", "offline"]],
  ["a node that is online and does not answer", ({ simulator }) => {
    simulator.faults.add({ kind: "node-silent", node: "pve3" });
  }, ["now", "node", "pve3", "does not answer"]],
  ["a lost quorum", ({ simulator }) => {
    simulator.faults.add({ kind: "node-offline", node: "pve2" });
    simulator.faults.add({ kind: "node-offline", node: "pve3" });
  }, ["now", "quorum", "pve2, pve3", "lost"]],
  ["a clock that differs", (harness) => {
    node(harness, "pve2").set("clock", { ahead: 90 });
  }, ["now", "clock", "pve2", "1 min ahead of the others"]],
  ["clocks that are all wrong", ({ simulator }) => {
    simulator.faults.add({ kind: "clock-skew", seconds: -600 });
  }, ["soon", "clock", "most nodes", "10 min behind this machine's"]],
  ["a certificate that ends", ({ simulator: { cluster } }) => {
    const table = cluster.table("certificates/pve1");
    const [name, certificate] = [...table][0] ?? ["", {}];
    table.set(name, { ...certificate, notafter: cluster.now() + 86_400 });
  }, ["now", "certificate", "pve1", "ends in 1 d"]],
  ["a storage that is nearly full", ({ simulator: { cluster } }) => {
    cluster.storages.capacity.set("nas", { total: 1e12, other: 0.97e12 });
  }, ["now", "storage", "nas", "% used"]],
  ["a guest with a lock", ({ simulator: { cluster } }) => {
    Object.assign(cluster.guests.get(200)?.config ?? {}, { lock: "migrate" });
  }, ["soon", "1 guest", "dns01 (200)", "locked (migrate)"]],
  ["a VM that is paused", ({ simulator: { cluster } }) => {
    Object.assign(cluster.guests.get(100) ?? {}, { qmpstatus: "paused" });
  }, ["soon", "1 guest", "web01 (100)", "paused"]],
  ["a VM whose disk does not answer", ({ simulator: { cluster } }) => {
    Object.assign(cluster.guests.get(100) ?? {}, { qmpstatus: "io-error" });
  }, ["now", "1 guest", "web01 (100)", "io-error"]],
  ["a task that failed", async ({ call, simulator }) => {
    simulator.faults.add({ kind: "task-fails", message: "no such disk", type: "qmstart" });
    await call("proxmox_guest_start", { vmid: 106 });
  }, ["soon", "1 failed task", "106 on pve2", "qmstart: no such disk"]],
  ["a task that went down with its node", async ({ call, simulator }) => {
    simulator.faults.add({ kind: "task-fails", message: "unexpected status", type: "qmstart" });
    await call("proxmox_guest_start", { vmid: 106 });
  }, ["soon", "1 failed task", "106 on pve2", "qmstart: unexpected status"]],
  ["a replication that fails", ({ simulator: { cluster } }) => {
    const error = "command 'zfs send' failed: exit code 255";
    cluster.table("replication.state").set("103-0", { fail_count: 3, error });
  }, ["soon", "replication", "103-0 from pve1 to pve2", "failed 3 times in a row: command 'zfs"]],
  ["HA that is disarmed", ({ simulator: { cluster } }) => {
    cluster.table("ha.control").set("disarmed", { mode: "freeze" });
  }, ["soon", "HA", "disarmed"]],
  ["a guest that HA has given up", ({ simulator: { cluster } }) => {
    cluster.table("ha.failed").set("vm:100", { state: "error" });
  }, ["now", "1 guest", "web01 (100)", "given up by HA"]],
  ["a guest that HA is bringing elsewhere", ({ simulator: { cluster } }) => {
    cluster.table("ha.failed").set("vm:100", { state: "fence" });
  }, ["now", "HA", "vm:100", "fence"]],
  ["a disk of Ceph that is down", async ({ call }) => {
    const params = { node: "pve1", service: "osd.0" };
    await call("proxmox_api_call", { operation: "POST /nodes/{node}/ceph/stop", params });
  }, ["soon", "Ceph", "HEALTH_WARN", "OSD_DOWN", "1 osds down"]],
  ["a subscription that has ended", (harness) => {
    node(harness, "pve2").set("subscription", { status: "expired" });
  }, ["soon", "subscription", "pve2", "expired"]],
];

Deno.test("a cluster without anything wrong is well", async () => {
  await using harness = await wellCluster();
  const answer = await report(harness, { action: "health" });
  lineWith(answer, "The cluster is well");
  assertEquals(new Set(rowsOf(answer).map(({ urgency }) => urgency)), new Set(["note"]));
});

for (const [what, wrong, words] of WRONGS) {
  Deno.test(`the report on health finds ${what}`, async () => {
    await using harness = await wellCluster();
    await wrong(harness);
    const answer = await report(harness, { action: "health" });
    lineWith(answer, "The cluster is not all well");
    lineWith(answer, ...words);
  });
}

Deno.test("a subscription that nobody has is a note, one that is active none", async () => {
  await using harness = await wellCluster();
  const answer = await report(harness, { action: "health" });
  lineWith(answer, "note", "subscription", "pve2, pve3", "none");
  assertNoLine(answer, "subscription", "pve1");
  lineWith(answer, "The cluster is well");
});

Deno.test("a guest that HA has given up is told once, until it is disabled", async () => {
  await using harness = await wellCluster();
  harness.simulator.cluster.table("ha.failed").set("vm:100", { state: "error" });
  const answer = await report(harness, { action: "health" });
  lineWith(answer, "web01 (100)", "given up by HA");
  assertNoLine(answer, "HA", "vm:100");
  await harness.call("proxmox_ha_resource", { action: "update", sid: "vm:100", state: "disabled" });
  assertNoLine(await report(harness, { action: "health" }), "given up by HA");
});

Deno.test("what is put right is no longer found", async () => {
  await using harness = await wellCluster();
  const control = (command: string) =>
    harness.call("proxmox_node_service", {
      action: "control",
      node: "pve2",
      service: "pvestatd",
      command,
    });
  await control("stop");
  lineWith(await report(harness, { action: "health" }), "pvestatd is dead");
  await control("start");
  const answer = await report(harness, { action: "health" });
  assertNoLine(answer, "pvestatd");
  assert(answer.text.includes("The cluster is well"), answer.text);
});
