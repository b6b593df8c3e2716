/** What PVE refuses of copies, moves, restores and backups, found before a request is sent. */
import { assertEquals } from "../../assert.ts";
import { connect, rowsOf } from "../../harness.ts";
import { api, type Case, configure, testFindings } from "./cases.ts";

const ARCHIVE = "nas:backup/vzdump-qemu-100-2026_01_14-09_30_00.vma.zst";
const VZDUMP = "POST /nodes/pve1/vzdump";

const COPIES: readonly Case[] = [
  {
    what: "that a clone's storage takes no disks",
    call: ["proxmox_guest_clone", { vmid: 107, newid: 333, full: true, storage: "pbs" }],
    finds: /^pbs takes backup, not images$/,
    answers: /pbs/,
  },
  {
    what: "a linked clone of what is no template",
    call: api("POST /nodes/pve3/qemu/107/clone", { newid: 333, full: 0 }),
    finds: /^It cannot be cloned linked: it is no template$/,
    answers: /Linked clone feature/,
  },
  {
    what: "a linked clone from a storage that cannot branch off",
    call: api("POST /nodes/pve1/qemu/900/clone", { newid: 333 }),
    seed: ({ cluster }) => {
      cluster.storages.definitions.get("ceph-vm")!.type = "lvm";
      cluster.storages.definitions.get("local-lvm")!.type = "lvm";
    },
    finds: /^It cannot be cloned linked: its storages cannot branch it off$/,
    answers: /Linked clone feature/,
  },
  {
    what: "a storage for a linked clone",
    call: api("POST /nodes/pve1/qemu/900/clone", { newid: 333, storage: "ceph-vm" }),
    finds: /^storage is for full clones: full=true makes one$/,
    answers: /not allowed for linked clones/,
  },
  {
    what: "that a clone goes to a node that does not see its disks",
    call: api("POST /nodes/pve3/qemu/107/clone", { newid: 333, target: "pve1", full: 1 }),
    finds: /^pve1 does not see local-lvm, which is local to each node$/,
    answers: /can't clone VM to node 'pve1'/,
  },
  {
    what: "that a shared storage for the copies does not help a VM on a local one",
    call: api("POST /nodes/pve3/qemu/107/clone", {
      ...{ newid: 333, target: "pve1", full: 1, storage: "ceph-vm" },
    }),
    finds: /^pve1 does not see local-lvm/,
    answers: /can't clone VM to node 'pve1'/,
  },
  {
    what: "an image in the CD drive that another node does not see",
    call: api("POST /nodes/pve2/qemu/102/clone", { newid: 333, target: "pve1", full: 1 }),
    seed: configure(102, { ide2: "local:iso/virtio-win-0.1.285.iso,media=cdrom" }),
    finds: /^pve1 does not see local, which/,
    answers: /can't clone VM to node 'pve1'/,
  },
  {
    what: "a full clone of a container that runs",
    call: api("POST /nodes/pve1/lxc/202/clone", { newid: 333, full: 1 }),
    finds: /^It runs: a full clone is made of a snapshot then$/,
    answers: /only possible from a snapshot/,
  },
  {
    what: "a mount of the node in a container that is cloned",
    call: api("POST /nodes/pve2/lxc/204/clone", { newid: 333, full: 1 }),
    seed: configure(204, { mp0: "/srv/data,mp=/data" }),
    finds: /^mp0 is a mount of the node, which is not cloned$/,
    answers: /unable to clone mountpoint 'mp0' \(type bind\)/,
  },
  {
    what: "that a storage keeps copies in a format of its own",
    call: api("POST /nodes/pve3/qemu/107/clone", {
      ...{ newid: 333, full: 1, storage: "ceph-vm", format: "qcow2" },
    }),
    finds: /^ceph-vm keeps no qcow2: the copy has its own format$/,
    verdict: "warns",
    done: true,
  },
  {
    what: "a disk that is on the storage already",
    call: ["proxmox_guest_disk_move", { vmid: 107, disk: "scsi0", storage: "local-lvm" }],
    finds: /^scsi0 is on local-lvm already$/,
    answers: /same storage with same format/,
  },
  {
    what: "snapshots that have a disk whose source is to go",
    call: api("POST /nodes/pve2/qemu/102/move_disk", {
      ...{ disk: "scsi0", storage: "nas", delete: 1 },
    }),
    finds: /^The snapshot (?:before|after)-upgrade has ceph-vm:vm-102-disk-0: delete=false/,
    answers: /with snapshots and delete the source/,
  },
  {
    what: "that a snapshot keeps a disk where it is, while the guest's own moves",
    call: api("POST /nodes/pve2/qemu/102/move_disk", { disk: "scsi0", storage: "nas" }),
    finds: /^The snapshot (?:before|after)-upgrade has ceph-vm:vm-102-disk-0: it stays there$/,
    verdict: "warns",
    done: true,
  },
  {
    what: "a storage that keeps no snapshots",
    call: ["proxmox_guest_snapshot", { action: "create", vmid: 105, snapname: "before" }],
    seed: ({ cluster }) => {
      cluster.storages.definitions.get("local-lvm")!.type = "lvm";
    },
    finds: /keeps no snapshots$/,
    answers: /snapshot feature is not available/,
  },
  {
    what: "a storage that takes no disks for a move",
    call: ["proxmox_guest_disk_move", { vmid: 107, disk: "scsi0", storage: "pbs" }],
    finds: /^pbs takes backup, not images$/,
    answers: /pbs/,
  },
  {
    what: "that a VM's disk would shrink",
    call: api("PUT /nodes/pve3/qemu/107/resize", { disk: "scsi0", size: "10G" }),
    finds: /^scsi0 has 64G: disks do not shrink$/,
    answers: /shrinking disks is not supported/,
  },
  {
    what: "that a container's disk would shrink",
    call: api("PUT /nodes/pve1/lxc/202/resize", { disk: "rootfs", size: "1G" }),
    finds: /^rootfs has .*: disks do not shrink$/,
    answers: /unable to shrink/,
  },
  {
    what: "a disk that is not there",
    call: api("PUT /nodes/pve3/qemu/107/resize", { disk: "scsi9", size: "+1G" }),
    finds: /^There is no scsi9$/,
    answers: /scsi9/,
  },
];

const BACKUPS: readonly Case[] = [
  {
    what: "a guest that runs under a restore",
    call: api("POST /nodes/pve3/qemu", { vmid: 105, archive: ARCHIVE, force: 1 }),
    finds: /^VM 105 is running$/,
    answers: /is running/,
  },
  {
    what: "a guest that is protected from a restore",
    call: api("POST /nodes/pve3/qemu", { vmid: 107, archive: ARCHIVE, force: 1 }),
    seed: configure(107, { protection: 1 }),
    finds: /^Its protection is on$/,
    answers: /protection mode/,
  },
  {
    what: "a guest on another node under a restore",
    call: api("POST /nodes/pve1/qemu", { vmid: 107, archive: ARCHIVE, force: 1 }),
    finds: /^VM 107 is on pve3: only a VM on pve1 is restored over$/,
    answers: /107/,
  },
  {
    what: "a lock of a guest that is to be backed up",
    call: ["proxmox_backup", { action: "create", vmid: 108, storage: "nas" }],
    finds: /^Locked \(backup\)/,
    answers: /is locked \(backup\)|job errors/,
  },
  {
    what: "HA against a backup that stops its guest",
    call: api(VZDUMP, { vmid: "100", storage: "nas", mode: "stop" }),
    finds: /^HA keeps it started/,
    answers: /HA managed/,
  },
];

/** Lets a storage take, and so list, this alone. */
function holdOnly(storage: string, content: string): NonNullable<Case["seed"]> {
  return ({ cluster }) => void (cluster.storages.definitions.get(storage)!.content = content);
}

const UNLISTED: readonly Case[] = [
  {
    what: "that it cannot see a backup on a storage that takes no more of them",
    call: api("POST /nodes/pve3/qemu", { vmid: 333, archive: ARCHIVE, storage: "local-lvm" }),
    seed: holdOnly("nas", "iso,images"),
    finds: /^Whether there is \S+ cannot be seen: its storage lists no backup$/,
    verdict: "warns",
  },
  {
    what: "that it cannot see a disk on a storage that takes no more of them",
    call: api("PUT /nodes/pve3/qemu/107/config", { scsi5: "nas:107/vm-107-disk-5.qcow2" }),
    seed: holdOnly("nas", "iso,backup"),
    finds: /^Whether there is \S+ cannot be seen: its storage lists no images or rootdir$/,
    verdict: "warns",
  },
];

const TARGETS: readonly Case[] = [
  {
    what: "a storage that takes no disks for a restore",
    call: api("POST /nodes/pve3/qemu", { vmid: 333, archive: ARCHIVE, storage: "pbs" }),
    finds: /^pbs takes backup, not images$/,
    answers: /pbs/,
  },
  {
    what: "a storage that takes no disks for a move to another node",
    call: api("POST /nodes/pve2/qemu/106/migrate", { target: "pve1", targetstorage: "pbs" }),
    finds: /^pbs takes backup, not images$/,
    answers: /does not support vm images/,
  },
  {
    what: "that the target has not the storage for the disks",
    call: api("POST /nodes/pve2/qemu/106/migrate", { target: "pve1", targetstorage: "scratch" }),
    finds: /^pve1 has no scratch$/,
    answers: /scratch/,
  },
];

testFindings([...COPIES, ...BACKUPS, ...UNLISTED, ...TARGETS]);

Deno.test("of a backup of many, those that cannot have one are told by themselves", async () => {
  await using harness = await connect();
  const call = api(VZDUMP, { all: 1, storage: "nas" });
  const rows = rowsOf(await harness.call(call[0], { ...call[1], dry_run: true }));
  const stopped = rows.filter(({ verdict }) => verdict === "stops it");
  assertEquals(stopped.map(({ guest }) => guest), ["VM 108 fileserver"]);
});

Deno.test("a disk in an appliance is there with the appliance, which alone is listed", async () => {
  await using harness = await connect();
  const { storages } = harness.simulator.cluster;
  const nas = storages.definitions.get("nas")!;
  nas.content = [...storages.content(nas), "import"].join(",");
  const volid = "nas:import/app.ova";
  const appliance = { volid, content: "import", format: "ova", size: 1, ctime: 0 } as const;
  storages.volumes("nas", "pve1").set(volid, appliance);
  const verdictsOf = async (source: string): Promise<unknown[]> => {
    const scsi0 = `local-lvm:0,import-from=${source}`;
    const answer = await harness.call("proxmox_create_vm", { node: "pve1", scsi0, dry_run: true });
    return rowsOf(answer).filter(({ verdict }) => verdict === "stops it").map(({ what }) => what);
  };
  assertEquals(await verdictsOf(`${volid}/disk.vmdk`), []);
  assertEquals(await verdictsOf("nas:import/other.ova/disk.vmdk"), [
    "There is no volume nas:import/other.ova/disk.vmdk",
  ]);
});
