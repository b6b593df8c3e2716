/** What can be thrown away: found when it is there, gone from the report when it is not. */
import { assert } from "../../assert.ts";
import { GIB } from "../../../src/base/byte_units.ts";
import { connect, type Harness } from "../../harness.ts";
import { assertNoLine, lineWith, report } from "./report.ts";

async function done(
  harness: Harness,
  tool: string,
  args: Readonly<Record<string, unknown>>,
): Promise<void> {
  const answer = await harness.call(tool, args);
  assert(!answer.isError, answer.text);
}

Deno.test("a disk that was detached is unused, until it is in use again", async () => {
  await using harness = await connect();
  await done(harness, "proxmox_vm_disk", { action: "remove", vmid: 107, disk: "scsi0" });
  const waste = await report(harness, { action: "waste" });
  lineWith(waste, "unused disk", "local-lvm:vm-107-disk-0", "win11-test (107)", "64.00 GiB");
  const { config } = harness.simulator.cluster.guests.get(107) ?? {};
  assert(config);
  config.scsi0 = String(config.unused0);
  delete config.unused0;
  assertNoLine(await report(harness, { action: "waste" }), "unused disk");
});

Deno.test("volumes of a guest that is gone, and that nobody names, are orphaned", async () => {
  await using harness = await connect();
  assertNoLine(await report(harness, { action: "waste" }), "orphaned volume");
  const { cluster } = harness.simulator;
  const put = (vmid: number, name: string, node: string): void => {
    const volume = { content: "images", format: "raw", size: 7 * GIB, ctime: 1 } as const;
    cluster.storages.put({ volid: `local-lvm:${name}`, vmid, ...volume }, node);
  };
  put(777, "vm-777-disk-0", "pve1");
  put(104, "vm-104-disk-7", "pve3");
  put(106, "vm-106-disk-0", "pve3");
  const waste = await report(harness, { action: "waste" });
  lineWith(waste, "orphaned volume", "vm-777-disk-0", "local-lvm on pve1", "there is no guest 777");
  lineWith(waste, "orphaned volume", "vm-104-disk-7", "gitlab (104) does not name it");
  lineWith(waste, "orphaned volume", "vm-106-disk-0", "legacy-erp (106) is on pve2");
  await done(harness, "proxmox_storage_content", {
    action: "delete",
    storage: "local-lvm",
    node: "pve1",
    volume: "vm-777-disk-0",
  });
  assertNoLine(await report(harness, { action: "waste" }), "vm-777-disk-0");
});

Deno.test("replicas on another node are no waste", async () => {
  await using harness = await connect();
  const { cluster } = harness.simulator;
  const [job] = cluster.table("replication").values();
  const volume = { content: "images", format: "raw", size: GIB, ctime: 1, vmid: 103 } as const;
  for (const node of ["pve2", "pve3"]) {
    cluster.storages.put({ volid: "tank:vm-103-disk-0", ...volume }, node);
  }
  const waste = await report(harness, { action: "waste" });
  assertNoLine(waste, "orphaned volume", `tank on ${job?.target}`);
  lineWith(waste, "orphaned volume", "tank on", "not replicated here");
});

Deno.test("snapshots are old after so many days", async () => {
  await using harness = await connect();
  assertNoLine(await report(harness, { action: "waste" }), "old snapshot");
  const old = await report(harness, { action: "waste", days: 10 });
  lineWith(old, "old snapshot", "before-upgrade", "db01 (102)");
  assertNoLine(old, "old snapshot", "after-upgrade");
});

Deno.test("an image in a drive, a guest that runs, a backup of one that is there are no waste", async () => {
  await using harness = await connect();
  const { cluster } = harness.simulator;
  const guest = cluster.guests.get(104);
  assert(guest);
  guest.config.ide2 = "nas:iso/ubuntu-24.04.3-live-server-amd64.iso,media=cdrom";
  await done(harness, "proxmox_guest_start", { vmid: 204 });
  harness.clock.advance(3_600_000);
  const waste = await report(harness, { action: "waste" });
  assertNoLine(waste, "ubuntu-24.04.3");
  assertNoLine(waste, "proxy01 (204)");
  assertNoLine(waste, "its guest");
  cluster.guests.delete(202);
  const gone = await report(harness, { action: "waste", filter: "backup" });
  lineWith(gone, "backup", "nas:backup/vzdump-lxc-202", "its guest 202 is gone");
});

Deno.test("in a large cluster the guests with the largest volumes are looked into, and it is said", async () => {
  await using harness = await connect({ simulator: { guests: 1_100 } });
  const { simulator: { cluster, requests } } = harness;
  const [vmid, guest] = [...cluster.guests].at(-1) ?? [];
  assert(vmid !== undefined && guest);
  const volume = { content: "images", format: "raw", size: 900 * GIB, ctime: 1 } as const;
  const volid = `local-lvm:vm-${vmid}-disk-9`;
  cluster.storages.put({ volid, vmid, ...volume }, guest.node);
  guest.config.unused7 = volid;
  const answer = await report(harness, { action: "waste" });
  lineWith(answer, "Configurations were read of 1000 guests of 11");
  lineWith(answer, "Which images are in no drive is not known");
  lineWith(answer, "unused disk", volid);
  assertNoLine(answer, "in no drive", "iso/");
  const configs = requests.filter(({ path }) => path.endsWith("/config"));
  assert(configs.length <= 1_000, String(configs.length));
});
