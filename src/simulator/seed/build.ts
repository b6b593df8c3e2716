/**
 * Fills a new cluster: nodes, storages, guests with their volumes, files, backups and a few tasks
 * of the past.
 *
 * @module
 */
import { GIB, MIB } from "../../base/byte_units.ts";
import { DAY } from "../../base/text/units.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Guest, GuestConfig, GuestType, Volume } from "../core/model.ts";
import { macAddress, uuid } from "../core/random.ts";
import { addSnapshot } from "../guest/snapshots.ts";
import { addBackup } from "../storage/backups.ts";
import { volumeName } from "../storage/kinds.ts";
import { extraGuests } from "./extra_guests.ts";
import type { SeedExtras, SeedGuest } from "./site.ts";

/** The nodes of the site, and more like the first of them when that many are wanted. */
function addNodes(cluster: Cluster, count: number): void {
  const { nodes } = cluster.site;
  const [first] = nodes;
  if (!first) throw new RangeError("Cannot build a site without a node");
  const more = Array.from({ length: Math.max(0, count - nodes.length) }, (_, index) => ({
    ...first,
    name: first.name.replace(/\d*$/, String(nodes.length + 1 + index)),
  }));
  [...nodes, ...more].forEach(({ name, cores, memoryGib, days }, index) => {
    cluster.nodes.set(name, {
      name,
      nodeid: index + 1,
      cores,
      memory: memoryGib * GIB,
      bootTime: cluster.now() - days * DAY - 3_000 * index,
      downUntil: 0,
      load: cluster.random(),
    });
  });
}

function addStorages(cluster: Cluster): void {
  for (const [name, { definition, total, other }] of Object.entries(cluster.site.storages)) {
    cluster.storages.definitions.set(name, { ...definition });
    cluster.storages.capacity.set(name, { total: Math.floor(total), other: Math.floor(other) });
  }
  for (const [storage, name, mib] of cluster.site.files) {
    const content = name.slice(0, name.indexOf("/")) as Volume["content"];
    const nodes = cluster.storages.isShared(storage)
      ? cluster.nodeNames().slice(0, 1)
      : cluster.nodeNames();
    const ctime = cluster.now() - 30 * DAY;
    const format = /\.([^.]+)$/.exec(name.replace(/\.tar\.(\w+)$/, ".t$1"))?.[1] ?? "raw";
    for (const node of nodes) {
      const volid = `${storage}:${name}`;
      cluster.storages.put({ volid, content, format, size: mib * MIB, ctime }, node);
    }
  }
}

/** Makes a volume of a guest without the checks that a request goes through. */
function newVolume(
  cluster: Cluster,
  guest: Pick<Guest, "vmid" | "type" | "node" | "load">,
  storage: string,
  gib: number,
  suffix: string,
  base: boolean,
): Volume {
  const kind = cluster.storages.kind(storage);
  const format = guest.type === "lxc" && storage === "tank" ? "subvol" : "raw";
  const name = volumeName(kind, { vmid: guest.vmid, format, guest: guest.type, suffix, base });
  const size = gib * GIB;
  return cluster.storages.put({
    volid: `${storage}:${name}`,
    content: guest.type === "qemu" ? "images" : "rootdir",
    format,
    size,
    ...(kind.thin ? { used: Math.floor(size * (0.2 + 0.4 * guest.load)) } : {}),
    vmid: guest.vmid,
    ctime: cluster.now() - 200 * DAY,
  }, guest.node);
}

function baseConfig(cluster: Cluster, seed: SeedGuest, extras: SeedExtras): GuestConfig {
  const mac = macAddress(cluster.random);
  if (seed.type === "lxc") {
    return {
      arch: "amd64",
      cores: seed.cores,
      features: "nesting=1",
      hostname: seed.name,
      memory: seed.memory,
      net0: `name=eth0,bridge=vmbr0,hwaddr=${mac},ip=dhcp,type=veth`,
      ostype: "debian",
      swap: 512,
      tags: seed.tags,
      unprivileged: 1,
    };
  }
  return {
    ...(extras.agent === undefined ? {} : { agent: "1" }),
    boot: "order=scsi0;net0",
    cores: seed.cores,
    cpu: "x86-64-v2-AES",
    memory: String(seed.memory),
    meta: `creation-qemu=10.1.2,ctime=${cluster.now() - 200 * DAY}`,
    name: seed.name,
    net0: `virtio=${mac},bridge=vmbr0,firewall=1`,
    ostype: "l26",
    scsihw: "virtio-scsi-single",
    smbios1: `uuid=${uuid(cluster.random)}`,
    sockets: 1,
    tags: seed.tags,
    vmgenid: uuid(cluster.random),
  };
}

function diskText(type: GuestType, volid: string, gib: number): string {
  return type === "qemu" ? `${volid},iothread=1,size=${gib}G` : `${volid},size=${gib}G`;
}

/** Makes one guest of its description. */
function addGuest(cluster: Cluster, seed: SeedGuest, extras: SeedExtras = {}): void {
  const isTemplate = Number(extras.config?.template) === 1;
  const guest: Guest = {
    vmid: seed.vmid,
    type: seed.type,
    node: seed.node,
    status: seed.state === "stopped" ? "stopped" : "running",
    qmpstatus: seed.state === "paused" ? "paused" : "running",
    startTime: cluster.now() - Math.floor(DAY * (0.2 + 11 * cluster.random())),
    pid: 2000 + seed.vmid * 7 % 60_000,
    config: { ...baseConfig(cluster, seed, extras), ...extras.config },
    pending: { ...extras.pending },
    pendingDelete: new Map(),
    snapshots: new Map(),
    load: cluster.random(),
    agentRuns: extras.agent ?? false,
  };
  const main = newVolume(cluster, guest, seed.storage, seed.gib, "disk-0", isTemplate);
  const key = seed.type === "qemu" ? "scsi0" : "rootfs";
  guest.config[key] = diskText(seed.type, main.volid, seed.gib);
  if (extras.scsi1) {
    const [storage, gib] = extras.scsi1;
    const volume = newVolume(cluster, guest, storage, gib, "disk-1", false);
    guest.config.scsi1 = diskText("qemu", volume.volid, gib);
  }
  extras.snapshots?.forEach((name, index, names) => {
    addSnapshot(cluster, guest, name, {
      vmstate: false,
      description: `State ${name}`,
      snaptime: cluster.now() - (names.length - index) * 9 * DAY - seed.vmid * 61,
    });
  });
  cluster.guests.set(guest.vmid, guest);
}

/**
 * The tasks of the past: place of the node, type, guest that it or its log speaks of, hours ago,
 * length, status, log.
 */
const HISTORY: readonly (readonly [
  node: number,
  type: string,
  guest: number | undefined,
  hoursAgo: number,
  ms: number,
  status?: string,
  log?: readonly string[],
])[] = [
  [0, "vzdump", undefined, 33, 412_000],
  [1, "vzdump", undefined, 33, 655_000],
  [2, "qmsnapshot", 107, 30, 4_000],
  [2, "aptupdate", undefined, 28, 9_000],
  [1, "qmigrate", 101, 26, 31_000],
  [0, "qmstart", 100, 25, 2_000],
  [2, "qmstart", 107, 20, 1_000, "start failed: QEMU exited with code 1"],
  [0, "vzdump", 108, 9, 430_000, "job errors", [
    "INFO: Starting Backup of VM 108 (qemu)",
    "ERROR: Backup of VM 108 failed - VM is locked (backup)",
    "INFO: Backup job finished with errors",
  ]],
  [1, "vncproxy", 102, 3, 60_000],
];

/** What happened on the nodes of the site, and to the guests that are there. */
function addHistory(cluster: Cluster): void {
  for (const [place, type, guest, hoursAgo, ms, status, log = []] of HISTORY) {
    const node = cluster.nodeNames()[place];
    const isThere = guest === undefined || cluster.guests.get(guest)?.node === node;
    if (node === undefined || !isThere) continue;
    const isRun = type === "vzdump"; // Of a job, whose tasks are no guest's.
    const user = isRun ? "root@pam" : "alice@pve!automation";
    const id = isRun ? "" : String(guest ?? "");
    cluster.tasks.remember({ node, type, id, user, ms, log }, hoursAgo * 3600, status);
  }
}

/** Fills a new cluster with its site, and more guests and nodes when that many are wanted. */
export function buildSite(cluster: Cluster, guests: number, nodes: number): void {
  const { site } = cluster;
  addNodes(cluster, nodes);
  addStorages(cluster);
  for (const seed of site.guests) addGuest(cluster, seed, site.extras[seed.vmid]);
  for (const seed of extraGuests(cluster, guests - site.guests.length)) addGuest(cluster, seed);
  for (const [vmid, storage, daysAgo] of site.backups) {
    const guest = cluster.guests.get(vmid);
    if (guest) addBackup(cluster, guest, storage, cluster.now() - daysAgo * DAY);
  }
  addHistory(cluster);
}
