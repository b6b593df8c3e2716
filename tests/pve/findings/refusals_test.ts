/** What PVE refuses for what a request means, found before it is sent: copies, HA, pools, backups. */
import { assertEquals } from "../../assert.ts";
import type { Simulator } from "../../../src/simulator/simulator.ts";
import { connect, rowsOf } from "../../harness.ts";
import { api, type Case, type Config, configure, testFindings } from "./cases.ts";

const ARCHIVE = "nas:backup/vzdump-qemu-100-2026_01_14-09_30_00.vma.zst";
const VZDUMP = "POST /nodes/pve1/vzdump";

function table(name: string, key: string, entry: Config): NonNullable<Case["seed"]> {
  return ({ cluster }) => void cluster.table(name as "ha.rules").set(key, entry as never);
}

function all(...seeds: readonly NonNullable<Case["seed"]>[]): NonNullable<Case["seed"]> {
  return (simulator: Simulator) => seeds.forEach((seed) => seed(simulator));
}

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

const HA: readonly Case[] = [
  {
    what: "a resource that HA has",
    call: api("POST /cluster/ha/resources", { sid: "100" }),
    finds: /^vm:100 is under HA already$/,
    answers: /already defined/,
  },
  {
    what: "a resource of a guest that is not there",
    call: api("POST /cluster/ha/resources", { sid: "vm:999" }),
    finds: /^There is no guest 999$/,
    answers: /does not exist/,
  },
  {
    what: "a resource of the wrong type",
    call: api("POST /cluster/ha/resources", { sid: "ct:104" }),
    finds: /^Guest 104 is vm:104, not ct:104$/,
    answers: /is not a container/,
  },
  {
    what: "a group, which HA no longer has",
    call: api("POST /cluster/ha/resources", { sid: "vm:104", group: "first" }),
    finds: /^There is no HA group first; from Proxmox VE 9 on, rules take their place$/,
    answers: /migrated to rules/,
  },
  {
    what: "a rule about what HA has not",
    call: api("POST /cluster/ha/rules", {
      ...{ rule: "r1", type: "node-affinity", resources: "vm:104", nodes: "pve1" },
    }),
    finds: /^vm:104 is not under HA$/,
    answers: /unmanaged resource/,
  },
  {
    what: "a rule with a node that is not there",
    call: api("POST /cluster/ha/rules", {
      ...{ rule: "r1", type: "node-affinity", resources: "vm:101", nodes: "pve1,pve9" },
    }),
    finds: /^There is no node pve9$/,
    answers: /non-existent node/,
  },
  {
    what: "a rule that another one is against",
    call: api("POST /cluster/ha/rules", {
      ...{ rule: "r1", type: "node-affinity", resources: "vm:100", nodes: "pve2" },
    }),
    finds: /^Rule r1: resource 'vm:100' is already used in another node affinity rule$/,
    answers: /already used/,
  },
  {
    what: "a change that makes rules contradict each other",
    call: api("PUT /cluster/ha/rules/prefer-first-node", {
      ...{ type: "node-affinity", nodes: "pve1:2,pve2:1" },
    }),
    finds: /^Rule prefer-first-node: resources are in a resource affinity rule/,
    answers: /multiple priorities/,
  },
  {
    what: "that a guest would move to one that HA keeps it apart from",
    call: ["proxmox_guest_migrate", { vmid: 101, target: "pve1" }],
    finds: /^HA keeps vm:101 apart from vm:100 on pve1$/,
    answers: /ha-manager migrate vm:101 pve1/,
  },
  {
    what: "the same of a move that HA is asked for",
    call: api("POST /cluster/ha/resources/vm:101/migrate", { node: "pve1" }),
    finds: /^HA keeps vm:101 apart from vm:100 on pve1$/,
  },
  {
    what: "what goes along with a guest",
    call: ["proxmox_guest_migrate", { vmid: 102, target: "pve3" }],
    seed: all(
      table("ha.resources", "vm:102", { type: "vm", state: "started" }),
      table("ha.resources", "vm:103", { type: "vm", state: "started" }),
      table("ha.rules", "pair", {
        ...{ type: "resource-affinity", affinity: "positive", resources: "vm:102,vm:103" },
      }),
    ),
    finds: /^HA takes vm:103 along$/,
    verdict: "warns",
  },
];

const SET = "/cluster/firewall/ipset/office";
const office = ({ cluster }: Simulator): void =>
  void cluster.table("firewall.ipset/cluster").set("office", {
    entries: [{ cidr: "192.0.2.1" }],
  } as never);

const OTHERS: readonly Case[] = [
  {
    what: "a guest that is in another pool",
    call: api("PUT /pools/development", { vms: "100" }),
    finds: /^web01 \(100\) is in the pool production: allow-move=true/,
    answers: /belongs already to pool 'production'/,
  },
  {
    what: "nothing against a guest that may move from its pool",
    call: api("PUT /pools/development", { "vms": "100", "allow-move": 1 }),
    finds: /^The token may call/,
    verdict: "fine",
    done: true,
  },
  {
    what: "a guest that is in the pool already",
    call: api("PUT /pools/production", { vms: "100" }),
    finds: /^web01 \(100\) is in production already$/,
    answers: /already a pool member/,
  },
  {
    what: "what a pool has not, and is to give",
    call: api("PUT /pools", { poolid: "production", vms: "105", delete: 1 }),
    finds: /^ci-runner01 \(105\) is not in production$/,
    answers: /is not a pool member/,
  },
  {
    what: "a storage that is in the pool already",
    call: api("PUT /pools/production", { storage: "local" }),
    finds: /^local is in production already$/,
    answers: /already a pool member/,
  },
  {
    what: "what is left in a pool that is to go",
    call: ["proxmox_pool", { action: "delete", poolid: "production" }],
    finds: /^production is not empty: web01 \(100\),/,
    answers: /is not empty/,
  },
  {
    what: "an address that an IP set has",
    call: api(`POST ${SET}`, { cidr: "192.0.2.1/32" }),
    seed: office,
    finds: /^192\.0\.2\.1 is in office already$/,
    answers: /already exists/,
  },
  {
    what: "addresses in an IP set that is to go",
    call: api(`DELETE ${SET}`),
    seed: office,
    finds: /^office is not empty: force=true deletes it$/,
    answers: /is not empty/,
  },
  {
    what: "a replication to the node of the guest",
    call: api("POST /cluster/replication", { id: "202-0", target: "pve1", type: "local" }),
    finds: /^mail01 \(202\) is on pve1 itself$/,
    answers: /must not be identical/,
  },
  {
    what: "a second replication to a node",
    call: api("POST /cluster/replication", { id: "103-1", target: "pve2", type: "local" }),
    finds: /^db02 \(103\) is replicated to pve2 by 103-0 already$/,
    answers: /already exists/,
  },
  {
    what: "a disk that cannot be replicated",
    call: api("POST /cluster/replication", { id: "104-0", target: "pve1", type: "local" }),
    finds: /^scsi0 \(local-lvm:vm-104-disk-0\) is not on ZFS: replicate=0 leaves it out$/,
    answers: /missing replicate feature/,
  },
];

testFindings([...COPIES, ...BACKUPS, ...HA, ...OTHERS]);

Deno.test("of a backup of many, those that cannot have one are told by themselves", async () => {
  await using harness = await connect();
  const call = api(VZDUMP, { all: 1, storage: "nas" });
  const rows = rowsOf(await harness.call(call[0], { ...call[1], dry_run: true }));
  const stopped = rows.filter(({ verdict }) => verdict === "stops it");
  assertEquals(stopped.map(({ guest }) => guest), ["VM 108 fileserver"]);
});

Deno.test("a move by HA that is kept from its target moves nothing", async () => {
  await using harness = await connect();
  const [tool, args] = api("POST /cluster/ha/resources/vm:101/migrate", { node: "pve1" });
  await harness.call(tool, args);
  harness.clock.advance(300_000);
  assertEquals(harness.simulator.cluster.guests.get(101)?.node, "pve2");
});
