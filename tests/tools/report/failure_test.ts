/** What the report on a failure foretells is what happens when the node is switched off. */
import { assert, assertEquals } from "../../assert.ts";
import { connect, type Harness, rowsOf } from "../../harness.ts";
import { connectSites } from "../../several.ts";
import { lineWith, report } from "./report.ts";

/** Seconds after which HA has fenced a node, moved its guests and started them. */
const RECOVERED = 300;

type Call = readonly [tool: string, args: Readonly<Record<string, unknown>>];

async function doAll(harness: Harness, calls: readonly Call[]): Promise<void> {
  for (const [tool, args] of calls) {
    const answer = await harness.call(tool, args);
    assert(!answer.isError, answer.text);
  }
}

/** Where each guest runs, by name; undefined for those that do not. */
function whereTheyRun(harness: Harness): Map<string, string | undefined> {
  harness.simulator.cluster.tasks.settle();
  return new Map(
    harness.simulator.cluster.sortedGuests().map((guest) => {
      const name = `${guest.config.name ?? guest.config.hostname} (${guest.vmid})`;
      const runs = guest.status === "running" && harness.simulator.cluster.isOnline(guest.node);
      return [name, runs ? guest.node : undefined];
    }),
  );
}

const SEEDS: readonly (readonly [what: string, node: string, calls: readonly Call[]])[] = [
  ["as the company has it", "pve1", []],
  ["as the company has it", "pve2", []],
  ["as the company has it", "pve3", []],
  ["with all that runs under HA", "pve1", [
    ["proxmox_ha_resource", { action: "create", sid: "vm:103" }],
    ["proxmox_ha_resource", { action: "create", sid: "vm:108" }],
    ["proxmox_ha_resource", { action: "create", sid: "ct:200" }],
    ["proxmox_ha_rule", { action: "delete", rule: "keep-apart" }],
  ]],
  ["with a strict rule that leaves no node", "pve2", [
    ["proxmox_ha_resource", { action: "create", sid: "vm:102" }],
    ["proxmox_ha_rule", {
      action: "create",
      rule: "here",
      type: "node-affinity",
      resources: "vm:102",
      nodes: "pve2",
      strict: true,
    }],
  ]],
  ["with a rule that prefers another node", "pve2", [
    ["proxmox_ha_resource", { action: "create", sid: "vm:102" }],
    ["proxmox_ha_rule", {
      action: "create",
      rule: "there",
      type: "node-affinity",
      resources: "vm:102",
      nodes: "pve2:3,pve1:2",
    }],
  ]],
  ["with guests that belong together", "pve2", [
    ["proxmox_ha_resource", { action: "create", sid: "vm:102" }],
    ["proxmox_ha_rule", {
      action: "create",
      rule: "together",
      type: "resource-affinity",
      affinity: "positive",
      resources: "vm:101,vm:102",
    }],
  ]],
  ["with a guest that HA ignores, and one that it stops", "pve2", [
    ["proxmox_ha_resource", { action: "create", sid: "vm:102", state: "ignored" }],
    ["proxmox_ha_resource", { action: "update", sid: "vm:101", state: "ignored" }],
  ]],
  ["with a storage that no other node has", "pve2", [
    ["proxmox_storage_config", { action: "update", storage: "ceph-vm", nodes: "pve2" }],
  ]],
  ["with a guest whose disk no other node has", "pve1", [
    ["proxmox_ha_resource", { action: "create", sid: "vm:103" }],
    ["proxmox_ha_rule", {
      action: "create",
      rule: "elsewhere",
      type: "node-affinity",
      resources: "vm:103",
      nodes: "pve1:2,pve3:1",
    }],
  ]],
];

for (const [what, node, calls] of SEEDS) {
  Deno.test(`the report on ${node} foretells what happens when it dies, ${what}`, async () => {
    await using harness = await connect();
    await doAll(harness, calls);
    harness.clock.advance(60_000);
    const before = whereTheyRun(harness);
    const answer = await report(harness, { action: "failure", node });
    const foretold = new Map(
      rowsOf(answer).map(({ guest, if_it_fails: fate }) => [
        String(guest),
        /^back on (.*)$/.exec(String(fate))?.[1],
      ]),
    );
    const ran = [...before].filter(([, at]) => at === node).map(([name]) => name).sort();
    assertEquals([...foretold.keys()].sort(), ran);
    harness.simulator.faults.add({ kind: "node-offline", node });
    harness.clock.advance(RECOVERED * 1000);
    const after = whereTheyRun(harness);
    assertEquals(
      foretold,
      new Map([...foretold.keys()].map((name) => [name, after.get(name)])),
      answer.text,
    );
  });
}

Deno.test("of a node that is down already, what stays down is named, and what brings it back", async () => {
  await using harness = await connect();
  harness.simulator.faults.add({ kind: "node-offline", node: "pve2" });
  const answer = await report(harness, { action: "failure", node: "pve2" });
  lineWith(answer, "pve2 is offline: 4 of 5 guests there stay down until it is back");
  lineWith(answer, "stays down: 102 (102), 106 (106), 203 (203), 204 (204)");
  lineWith(answer, "101 (101)", "back on pve3");
  lineWith(answer, "action=wakeonlan node=pve2");
  lineWith(answer, "mv /etc/pve/nodes/pve2/qemu-server/102.conf");
  harness.clock.advance(RECOVERED * 1000);
  const later = await report(harness, { action: "failure", node: "pve2" });
  lineWith(later, "pve2 is offline: 4 of 4 guests there stay down");
});

/** Groups of 8.4, and the guest that is in each. */
const GROUPS: readonly (readonly [what: string, nodes: string, restricted: boolean])[] = [
  ["with a group that prefers another node", "pve2:2,pve1:1", false],
  ["with a group of nodes that are gone", "pve2", false],
  ["with a restricted group that leaves no node", "pve2", true],
];

for (const [what, nodes, restricted] of GROUPS) {
  Deno.test(`on 8.4 the report foretells what happens when a node dies, ${what}`, async () => {
    await using harness = await connect({ simulator: { release: "8.4" } });
    await doAll(harness, [
      ["proxmox_ha_group", { action: "create", group: "web", nodes, restricted }],
      ["proxmox_ha_resource", { action: "create", sid: "vm:102", group: "web" }],
    ]);
    const answer = await report(harness, { action: "failure", node: "pve2" });
    assert(!/not known|cannot be seen|not implemented/.test(answer.text), answer.text);
    const row = rowsOf(answer).find(({ guest }) => guest === "db01 (102)");
    const foretold = /^back on (.*)$/.exec(String(row?.if_it_fails))?.[1];
    assertEquals(foretold, restricted ? undefined : "pve1", answer.text);
    if (restricted) lineWith(answer, "db01 (102)", "stays down | HA group web leaves no node");
    harness.simulator.faults.add({ kind: "node-offline", node: "pve2" });
    harness.clock.advance(RECOVERED * 1000);
    assertEquals(whereTheyRun(harness).get("db01 (102)"), foretold, answer.text);
  });
}

Deno.test("a guest comes back from its replica, where HA starts it there", async () => {
  await using harness = await connect();
  const { call } = harness;
  const job = rowsOf(await call("proxmox_cluster_replication_job", { action: "list" }))[0];
  const [other] = ["pve2", "pve3"].filter((node) => node !== job?.target);
  await doAll(harness, [
    ["proxmox_ha_resource", { action: "create", sid: "vm:103" }],
    ["proxmox_ha_rule", {
      action: "create",
      rule: "replica",
      type: "node-affinity",
      resources: "vm:103",
      nodes: `pve1:3,${job?.target}:2,${other}:1`,
    }],
  ]);
  const first = await report(harness, { action: "failure", node: "pve1" });
  lineWith(first, "db02 (103)", `back on ${job?.target}`, "what is newer is lost");
  await doAll(harness, [[
    "proxmox_ha_rule",
    { action: "update", rule: "replica", type: "node-affinity", nodes: `pve1:3,${other}:2` },
  ]]);
  const second = await report(harness, { action: "failure", node: "pve1" });
  lineWith(second, "db02 (103)", "stays down", `HA tries ${other} first`);
});

const IDLE: readonly (readonly [what: string, why: string, seed: (harness: Harness) => void])[] = [
  ["the rest has no quorum", "no quorum", ({ simulator }) => {
    simulator.faults.add({ kind: "node-offline", node: "pve3" });
  }],
  ["HA is disarmed", "HA is disarmed", ({ simulator }) => {
    simulator.cluster.table("ha.control").set("disarmed", { mode: "freeze" });
  }],
];

for (const [what, why, seed] of IDLE) {
  Deno.test(`when ${what}, nothing comes back, and the report knows it`, async () => {
    await using harness = await connect();
    seed(harness);
    const answer = await report(harness, { action: "failure", node: "pve2" });
    lineWith(answer, "web02 (101)", "stays down", why);
    lineWith(answer, "quorum", why === "no quorum" ? "lost, 1 of 3 votes" : "kept, 2 of 3 votes");
    harness.simulator.faults.add({ kind: "node-offline", node: "pve2" });
    harness.clock.advance(RECOVERED * 1000);
    assertEquals(whereTheyRun(harness).get("web02 (101)"), undefined);
  });
}

Deno.test("memory that the rest lacks is said", async () => {
  await using harness = await connect();
  const guest = harness.simulator.cluster.guests.get(101);
  assert(guest);
  guest.config.memory = String(400 * 1024);
  const answer = await report(harness, { action: "failure", node: "pve2" });
  lineWith(answer, "memory where they come back", "pve3 lacks memory", "400.00 GiB come");
  lineWith(answer, "room for all of them", "no:");
  lineWith(answer, "web02 (101)", "cannot: no node has 400.00 GiB of memory free");
});

Deno.test("who can leave a node for work on it does, and who cannot does not", async () => {
  await using harness = await connect();
  const { guests } = harness.simulator.cluster;
  Object.assign(guests.get(104)?.config ?? {}, { hostpci0: "0000:01:00.0" });
  Object.assign(guests.get(105)?.config ?? {}, { ide2: "local:iso/x.iso,media=cdrom" });
  const answer = await report(harness, { action: "failure", node: "pve3" });
  lineWith(answer, "gitlab (104)", "cannot: device of the node: hostpci0");
  lineWith(answer, "ci-runner01 (105)", "cannot: local CD image local:iso/x.iso");
  const plan = lineWith(answer, "dns02 (201)", "by restart, copying its local disks to pve");
  const target = /to (pve\d)$/.exec(plan)?.[1];
  const moved: readonly (readonly [number, boolean])[] = [[104, false], [105, false], [201, true]];
  for (const [vmid, moves] of moved) {
    const { isError, text } = await harness.call("proxmox_guest_migrate", {
      vmid,
      target: target ?? "pve1",
      ...(vmid === 201 ? { restart: true } : { "with-local-disks": true }),
    });
    assertEquals(isError, !moves, text);
  }
});

Deno.test("snapshots of local disks stop a move, those on shared storage do not", async () => {
  await using harness = await connect();
  for (const vmid of [104, 101]) {
    const made = await harness.call("proxmox_guest_snapshot", {
      action: "create",
      vmid,
      snapname: "before",
    });
    assert(!made.isError, made.text);
  }
  lineWith(
    await report(harness, { action: "failure", node: "pve3" }),
    "gitlab (104)",
    "cannot: snapshots of local scsi0 on local-lvm",
  );
  lineWith(await report(harness, { action: "failure", node: "pve2" }), "web02 (101)", "live to");
});

Deno.test("a storage that fails takes the disks of those on it, and the backups there", async () => {
  await using harness = await connect();
  const disks = await report(harness, { action: "failure", storage: "local-lvm" });
  lineWith(disks, "gitlab (104)", "pve3", "running", "local-lvm:vm-104-disk-0");
  lineWith(disks, "reach", "local to each node");
  const backups = await report(harness, { action: "failure", storage: "nas" });
  lineWith(backups, "backups lost", "4 backups, of 3 guests");
  lineWith(backups, "reach", "shared");
});

Deno.test("a guest on a shared storage that no other node has cannot move", async () => {
  await using harness = await connect();
  const { pve } = harness.services;
  await pve.request("PUT /storage/{storage}", { storage: "ceph-vm", nodes: "pve2" });
  const answer = await report(harness, { action: "failure", node: "pve2" });
  lineWith(answer, "db01 (102)", "cannot: pve1 has no ceph-vm; pve3 has no ceph-vm");
});

Deno.test("the guests that are said to lose a disk with a storage are those that no longer start", async () => {
  for (const storage of ["ceph-vm", "tank", "local-lvm"]) {
    await using harness = await connect();
    const { simulator: { cluster }, clock, call } = harness;
    const answer = await report(harness, { action: "failure", storage });
    const foretold = rowsOf(answer).map(({ guest }) =>
      Number(/\((\d+)\)$/.exec(String(guest))?.[1])
    );
    // Without HA, locks and templates in the way, so that the storage alone decides.
    cluster.table("ha.resources").clear();
    for (const guest of cluster.guests.values()) {
      delete guest.config.lock;
      guest.status = "stopped";
    }
    cluster.storages.definitions.get(storage)!.disable = 1;
    const down: number[] = [];
    for (const { vmid, config } of cluster.sortedGuests()) {
      if (Number(config.template ?? 0)) continue;
      await call("proxmox_guest_start", { vmid });
      clock.advance(60_000);
      cluster.tasks.settle();
      if (cluster.guests.get(vmid)?.status !== "running") down.push(vmid);
    }
    const templates = foretold.filter((vmid) => cluster.guests.get(vmid)?.config.template);
    assertEquals(foretold.filter((vmid) => !templates.includes(vmid)).sort(), down, answer.text);
    assert(down.length > 1);
  }
});

Deno.test("guests of a single node cannot move, for there is no other, whatever HA has of them", async () => {
  await using sites = await connectSites();
  const answer = await report(sites, { action: "failure", node: "branch/pve1" });
  assertEquals(
    rowsOf(answer).map(({ before_work }) => before_work),
    Array(3).fill("cannot: there is no other node"),
  );
});
