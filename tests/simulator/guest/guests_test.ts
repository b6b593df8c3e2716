import { assert, assertEquals, assertMatch, assertNotEquals } from "../../assert.ts";
import { TestClient } from "../client.ts";

Deno.test("the same seed gives the same cluster, another one another", async () => {
  const rows = async (seed: number): Promise<string> =>
    JSON.stringify(await new TestClient({ seed }).data("GET /cluster/resources"));
  assertEquals(await rows(7), await rows(7));
  assertNotEquals(await rows(7), await rows(8));
});

Deno.test("the company has guests in every state", async () => {
  const client = new TestClient();
  const rows = await client.data<Record<string, unknown>[]>("GET /cluster/resources", {
    type: "vm",
  });
  assert(rows.length >= 15);
  assert(rows.some((row) => row.template === 1));
  assert(rows.some((row) => row.lock === "backup"));
  assert(rows.some((row) => row.status === "stopped"));
  const [paused] = rows.filter((row) => row.name === "ci-runner01");
  const status = await client.data(
    `GET /nodes/${paused?.node}/qemu/${paused?.vmid}/status/current`,
  );
  assertEquals([status.status, status.qmpstatus], ["running", "paused"]);
});

Deno.test("a guest that is missing or elsewhere has no configuration file", async () => {
  const client = new TestClient();
  for (
    const [path, message] of [
      [
        "/nodes/pve1/qemu/999",
        "Configuration file 'nodes/pve1/qemu-server/999.conf' does not exist",
      ],
      [
        "/nodes/pve2/qemu/100",
        "Configuration file 'nodes/pve2/qemu-server/100.conf' does not exist",
      ],
      ["/nodes/pve1/lxc/100", "Configuration file 'nodes/pve1/lxc/100.conf' does not exist"],
    ]
  ) {
    const answer = await client.ask(`GET ${path}/config`);
    assertEquals([answer.status, answer.reason, answer.message], [500, message, `${message}\n`]);
  }
});

Deno.test("a VM starts, stops and reboots by tasks that take time", async () => {
  const client = new TestClient();
  const upid = await client.data<string>("POST /nodes/pve3/qemu/107/status/start");
  assertMatch(
    upid,
    /^UPID:pve3:[0-9A-F]{8}:[0-9A-F]{8}:[0-9A-F]{8}:qmstart:107:root@pam!demo:$/,
  );
  const path = `/nodes/pve3/tasks/${encodeURIComponent(upid)}`;
  const running = await client.data(`GET ${path}/status`);
  assertEquals([running.status, running.exitstatus, running.user, running.tokenid], [
    "running",
    undefined,
    "root@pam",
    "demo",
  ]);
  assertEquals(await client.finish(upid), "OK");
  assertEquals(await client.log(upid), ["TASK OK"]);
  const current = await client.data("GET /nodes/pve3/qemu/107/status/current");
  assertEquals(current.status, "running");
  assertEquals(
    await client.task("POST /nodes/pve3/qemu/107/status/start"),
    "VM 107 already running",
  );
  assertEquals(await client.task("POST /nodes/pve3/qemu/107/status/stop"), "OK");
  const reboot = await client.ask("POST /nodes/pve3/qemu/107/status/reboot");
  assertEquals([reboot.status, reboot.reason], [500, "VM 107 not running"]);
  assertEquals(await client.task("POST /nodes/pve3/qemu/107/status/shutdown"), "OK");
  const ct = await client.ask("POST /nodes/pve2/lxc/204/status/shutdown");
  assertEquals(ct.message, "CT 204 not running\n");
});

Deno.test("locks, templates and pauses refuse in PVE's words", async () => {
  const client = new TestClient();
  assertEquals(await client.task("POST /nodes/pve1/qemu/108/status/stop"), "VM is locked (backup)");
  assertEquals(
    await client.task("POST /nodes/pve1/qemu/900/status/start"),
    "you can't start a vm if it's a template",
  );
  const paused = await client.ask("POST /nodes/pve3/qemu/105/status/shutdown");
  assertEquals(paused.message, "VM is paused - cannot shutdown\n");
  assertEquals(await client.task("POST /nodes/pve3/qemu/105/status/resume"), "OK");
  const skip = await client.ask("POST /nodes/pve1/qemu/108/status/stop", { skiplock: 1 });
  assertEquals(skip.errors, { skiplock: "Only root may use this option." });
});

Deno.test("a running VM keeps what cannot be changed now for its next start", async () => {
  const client = new TestClient();
  const config = "/nodes/pve1/qemu/100/config";
  assertEquals(await client.data(`PUT ${config}`, { memory: 4096, name: "web-new" }), null);
  assertEquals((await client.data(`GET ${config}`)).memory, "4096");
  const now = await client.data(`GET ${config}`, { current: 1 });
  assertEquals([now.memory, now.name], ["8192", "web-new"]);
  const rows = await client.data<Record<string, unknown>[]>("GET /nodes/pve1/qemu/100/pending");
  assertEquals(rows.find((row) => row.key === "memory"), {
    key: "memory",
    value: "8192",
    pending: "4096",
  });
  assertEquals(await client.task("POST /nodes/pve1/qemu/100/status/reboot"), "OK");
  assertEquals((await client.data(`GET ${config}`, { current: 1 })).memory, "4096");
});

Deno.test("digests change and are checked", async () => {
  const client = new TestClient();
  const config = "/nodes/pve1/qemu/100/config";
  const { digest } = await client.data(`GET ${config}`);
  const wrong = await client.ask(`PUT ${config}`, { description: "x", digest: "deadbeef" });
  assertEquals([wrong.status, wrong.reason], [
    500,
    "checksum mismatch (file change by other user?)",
  ]);
  assertEquals(
    await client.data(`PUT ${config}`, { description: "x", digest: String(digest) }),
    null,
  );
  assertNotEquals((await client.data(`GET ${config}`)).digest, digest);
});

Deno.test("disks are allocated, detached to unused, and removed", async () => {
  const client = new TestClient();
  const config = "/nodes/pve3/qemu/107/config";
  const usage = (): number =>
    Number(client.simulator.cluster.storages.usage("local-lvm", "pve3").used);
  const before = usage();
  // PVE::JSONSchema::print_property_string sorts; a thin volume takes no room until it is written.
  await client.data(`PUT ${config}`, { scsi1: "local-lvm:8,ssd=1" });
  const made = await client.data(`GET ${config}`);
  assertEquals(made.scsi1, "local-lvm:vm-107-disk-1,size=8G,ssd=1");
  assert(client.simulator.cluster.storages.find("local-lvm:vm-107-disk-1", "pve3"));
  await client.data(`PUT ${config}`, { delete: "scsi1" });
  const detached = await client.data(`GET ${config}`);
  assertEquals([detached.scsi1, detached.unused0], [undefined, "local-lvm:vm-107-disk-1"]);
  await client.data(`PUT ${config}`, { delete: "unused0" });
  assertEquals(usage(), before);
  assertEquals(
    await client.data(`PUT ${config}`, { scsi3: "local-lvm:99999" }),
    null,
    "a thin pool promises more than it has",
  );
  const full = await client.ask(`PUT ${config}`, { scsi2: "scratch:100" });
  assertEquals(full.status, 500);
  assertMatch(
    full.reason,
    /^lvcreate 'scratch\/vm-107-disk-0' error: +Volume group "scratch" has insufficient free space/,
  );
  const missing = await client.ask(`PUT ${config}`, { scsi2: "nosuch:8" });
  assertEquals(missing.message, "storage 'nosuch' does not exist\n");
});

Deno.test("a protected guest keeps its disks", async () => {
  const client = new TestClient();
  const answer = await client.ask("PUT /nodes/pve2/qemu/106/config", { delete: "scsi0" });
  assertEquals(answer.message, "can't remove drive 'scsi0' - protection mode enabled\n");
});

Deno.test("snapshots form a tree and roll back", async () => {
  const client = new TestClient();
  const base = "/nodes/pve1/qemu/100";
  const snap = (snapname: string): Promise<string> =>
    client.task(`POST ${base}/snapshot`, { snapname });
  assertEquals(await snap("one"), "OK");
  await client.data(`PUT ${base}/config`, { name: "changed" });
  assertEquals(await snap("two"), "OK");
  assertEquals(await snap("one"), "snapshot name 'one' already used");
  assertEquals(await client.task(`POST ${base}/snapshot/one/rollback`), "OK");
  assertEquals((await client.data(`GET ${base}/config`)).name, "web01");
  assertEquals(await snap("three"), "OK");
  const rows = await client.data<Record<string, unknown>[]>(`GET ${base}/snapshot`);
  assertEquals(rows.map(({ name, parent }) => [name, parent]), [
    ["one", undefined],
    ["two", "one"],
    ["three", "one"],
    ["current", "three"],
  ]);
  assertEquals(await client.task(`DELETE ${base}/snapshot/one`), "OK");
  const left = await client.data<Record<string, unknown>[]>(`GET ${base}/snapshot`);
  assertEquals(left.map(({ name, parent }) => [name, parent]), [
    ["two", undefined],
    ["three", undefined],
    ["current", "three"],
  ]);
  assertEquals(
    await client.task(`DELETE ${base}/snapshot/nosuch`),
    "snapshot 'nosuch' does not exist",
  );
  const reserved = await client.ask(`POST ${base}/snapshot`, { snapname: "current" });
  assertEquals(reserved.message, "unable to use snapshot name 'current' (reserved name)\n");
});

// PVE::API2::Qemu (vm_suspend, vm_resume), PVE::QemuServer (vm_suspend, vm_start), PVE::API2::LXC
Deno.test("a pause is a task of its own, and a state on disk is a volume and a lock", async () => {
  const client = new TestClient();
  const vm = "/nodes/pve3/qemu/104";
  assertMatch(await client.data<string>(`POST ${vm}/status/suspend`), /:qmpause:104:/);
  client.clock.advance(2_000);
  assertEquals(await client.task(`POST ${vm}/status/resume`), "OK");
  const upid = await client.data<string>(`POST ${vm}/status/suspend`, { todisk: 1 });
  assertMatch(upid, /:qmsuspend:104:/);
  assertEquals((await client.data(`GET ${vm}/config`)).lock, "suspending");
  assertEquals(await client.finish(upid), "OK");
  const config = await client.data(`GET ${vm}/config`);
  assertEquals(config.lock, "suspended");
  assertMatch(String(config.vmstate), /^local-lvm:vm-104-state-suspend-2026-01-15$/);
  assertEquals(await client.task(`POST ${vm}/status/start`), "OK");
  const running = await client.data(`GET ${vm}/config`);
  assertEquals([running.lock, running.vmstate, running.runningmachine], [
    undefined,
    undefined,
    undefined,
  ]);
  const ct = "/nodes/pve1/lxc/202";
  assertEquals(await client.task(`POST ${ct}/status/suspend`), "OK");
  assertEquals((await client.data(`GET ${ct}/status/current`)).status, "stopped");
  assertEquals(await client.task(`POST ${ct}/status/resume`), "OK");
  const again = await client.ask(`POST ${ct}/status/resume`);
  assertEquals(again.message, "CT 202 already running\n");
});

// PVE::AbstractConfig (snapshot_delete, snapshot_rollback, __snapshot_apply_config)
Deno.test("a snapshot's end and a way back hold the guest, and lose no volume", async () => {
  const client = new TestClient();
  const vm = "/nodes/pve3/qemu/107";
  await client.data(`PUT ${vm}/config`, { scsi1: "local-lvm:4", description: "now" });
  const back = await client.data<string>(`POST ${vm}/snapshot/clean/rollback`);
  assertEquals((await client.data(`GET ${vm}/config`)).lock, "rollback");
  assertEquals(await client.finish(back), "OK");
  const config = await client.data(`GET ${vm}/config`);
  assertEquals(
    [config.scsi1, config.unused0, config.description, config.parent, config.lock],
    [undefined, "local-lvm:vm-107-disk-1", "now", "clean", undefined],
  );
  const gone = await client.data<string>(`DELETE ${vm}/snapshot/clean`);
  assertEquals((await client.data(`GET ${vm}/config`)).lock, "snapshot-delete");
  assertEquals(await client.finish(gone), "OK");
  assertEquals((await client.data(`GET ${vm}/config`)).parent, undefined);
});

Deno.test("the company's snapshots were taken at different times in the past", async () => {
  const client = new TestClient();
  const rows = await client.data<Record<string, unknown>[]>("GET /nodes/pve2/qemu/102/snapshot");
  const [first = 0, second = 0] = rows.map(({ snaptime }) => Number(snaptime));
  assert(first < second && second < client.clock.now() / 1000 - 86_400);
});
