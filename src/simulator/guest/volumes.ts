/**
 * Volumes of guests: larger, elsewhere, to another guest; and what a guest's storages can do.
 *
 * @module
 */
import type { Cluster } from "../core/cluster.ts";
import type { Guest } from "../core/model.ts";
import { flag, named, number, text } from "../params.ts";
import { failed } from "../refusal.ts";
import { splitVolid } from "../storage/storages.ts";
import type { Call, Entry } from "../types.ts";
import {
  addUnused,
  type Disk,
  disksOf,
  formatSize,
  isDiskKey,
  parseDisk,
  parseSize,
  printDisk,
} from "./config.ts";
import { assertDigest } from "./digest.ts";
import { assertUnlocked, both, type ClusterHandlers, guestTask, one } from "./find.ts";
import { transferLines } from "./progress.ts";
import { canSnapshot } from "./snapshots.ts";

function diskOf(guest: Guest, key: string): Disk {
  const value = guest.config[key];
  const what = guest.type === "qemu" ? "disk" : "volume";
  if (value === undefined) throw failed(`${what} '${key}' does not exist`);
  if (isDiskKey(guest.type, key)) return parseDisk(guest.type, key, String(value));
  return { key, volid: String(value), size: 0, cdrom: false, properties: {} };
}

function resize(cluster: Cluster, guest: Guest, call: Call): string {
  const key = named(call, "disk");
  const wanted = named(call, "size");
  return guestTask(cluster, guest, call, {
    type: "resize",
    ms: 1_000,
    finish: () => {
      assertDigest(guest, text(call, "digest"));
      assertUnlocked(guest);
      const disk = diskOf(guest, key);
      if (disk.cdrom) throw failed("you can't resize a cdrom");
      const volume = cluster.storages.find(disk.volid, guest.node);
      if (!volume) throw failed(`volume '${disk.volid}' does not exist`);
      const amount = parseSize(wanted.replace(/^\+/, "")) ?? 0;
      const size = wanted.startsWith("+") ? volume.size + amount : amount;
      if (size < volume.size) throw failed("shrinking disks is not supported");
      cluster.storages.resize(disk.volid, guest.node, size);
      guest.config[key] = printDisk(guest.type, { ...disk.properties, size: formatSize(size) });
    },
  });
}

function assertNoSnapshotUses(guest: Guest, disk: Disk): void {
  for (const { config } of guest.snapshots.values()) {
    if (disksOf(guest.type, config).some((each) => each.volid === disk.volid)) {
      throw failed(
        guest.type === "qemu"
          ? "you can't move a disk with snapshots and delete the source"
          : "Cannot move volume with snapshots and delete the source",
      );
    }
  }
}

function move(cluster: Cluster, guest: Guest, call: Call): string {
  const key = named(call, guest.type === "qemu" ? "disk" : "volume");
  if (number(call, "target-vmid") !== undefined) return reassign(cluster, guest, call, key);
  const storage = text(call, "storage");
  if (storage === undefined) {
    throw failed("either set 'storage' or 'target-vmid'");
  }
  assertDigest(guest, text(call, "digest"));
  assertUnlocked(guest);
  const disk = diskOf(guest, key);
  if (disk.cdrom) throw failed("you can't move a cdrom");
  if (guest.type === "lxc" && guest.status === "running") {
    throw failed("cannot move volumes of a running container");
  }
  cluster.storages.require(storage, guest.node);
  const format = text(call, "format");
  const before = cluster.storages.find(disk.volid, guest.node);
  const isSame = storage === splitVolid(disk.volid).storage &&
    (format === undefined || format === before?.format);
  if (isSame) {
    throw failed(
      guest.type === "qemu"
        ? "you can't move to the same storage with same format"
        : "Source and target storage are the same",
    );
  }
  const dropsSource = flag(call, "delete") ?? false;
  if (dropsSource) assertNoSnapshotUses(guest, disk);
  guest.config.lock = "disk";
  return guestTask(cluster, guest, call, {
    type: guest.type === "qemu" ? "qmmove" : "move_volume",
    ms: 3_000,
    log: [
      `create full clone of ${
        guest.type === "qemu" ? "drive" : "mountpoint"
      } ${key} (${disk.volid})`,
      ...transferLines(before?.size ?? disk.size),
    ],
    undo: () => void delete guest.config.lock,
    finish: () => {
      delete guest.config.lock;
      const size = before?.size ?? disk.size;
      const { node, vmid, type } = guest;
      const made = cluster.storages.allocate({ storage, node, vmid, guest: type, size, format });
      const first = type === "qemu" ? "file" : "volume";
      guest.config[key] = isDiskKey(type, key)
        ? printDisk(type, { ...disk.properties, [first]: made.volid })
        : made.volid;
      if (dropsSource) cluster.storages.remove(disk.volid, node);
      else addUnused(guest.config, disk.volid);
    },
  });
}

/** Gives a disk to another guest of the same node. */
function reassign(cluster: Cluster, guest: Guest, call: Call, key: string): string {
  const target = cluster.guests.get(number(call, "target-vmid") ?? 0);
  const slot = text(call, guest.type === "qemu" ? "target-disk" : "target-volume") ?? key;
  if (!target || target.type !== guest.type) {
    throw failed(
      `${guest.type === "qemu" ? "VM" : "CT"} ${named(call, "target-vmid")} does not exist`,
    );
  }
  if (target.node !== guest.node) {
    throw failed("Both VMs need to be on the same node, please migrate one first");
  }
  const disk = diskOf(guest, key);
  if (disk.cdrom) throw failed("disk reassignment of cdroms is not supported");
  if (target.config[slot] !== undefined) {
    throw failed(`Target disk key '${slot}' is already in use for '${target.vmid}'`);
  }
  if (guest.status === "running" && !key.startsWith("unused")) {
    throw failed(`Cannot move disk '${key}' of the running VM ${guest.vmid} to another`);
  }
  assertUnlocked(guest);
  assertUnlocked(target);
  return guestTask(cluster, guest, call, {
    type: guest.type === "qemu" ? "qmmove" : "move_volume",
    ms: 1_000,
    finish: () => {
      const volume = cluster.storages.find(disk.volid, guest.node);
      if (!volume) throw failed(`volume '${disk.volid}' does not exist`);
      cluster.storages.remove(disk.volid, guest.node);
      const { storage } = splitVolid(disk.volid);
      const made = cluster.storages.allocate({
        storage,
        node: target.node,
        vmid: target.vmid,
        guest: target.type,
        size: volume.size,
        format: volume.format,
      });
      const first = guest.type === "qemu" ? "file" : "volume";
      delete guest.config[key];
      target.config[slot] = printDisk(guest.type, { ...disk.properties, [first]: made.volid });
    },
  });
}

function feature(cluster: Cluster, guest: Guest, call: Call): Entry {
  const wanted = named(call, "feature");
  const disks = disksOf(guest.type, guest.config).filter((disk) => !disk.cdrom);
  const has = wanted === "copy"
    ? true
    : canSnapshot(cluster, guest) && (wanted === "snapshot" || Number(guest.config.template) === 1);
  const answer: Entry = { hasFeature: has ? 1 : 0 };
  if (guest.type === "lxc") return answer;
  const isShared = disks.every((disk) => cluster.storages.isShared(splitVolid(disk.volid).storage));
  return { ...answer, nodes: isShared ? cluster.nodeNames() : [guest.node] };
}

/** Handlers of volumes. */
export const volumeHandlers: ClusterHandlers = {
  ...both("PUT /nodes/{node}/{type}/{vmid}/resize", resize),
  ...both("GET /nodes/{node}/{type}/{vmid}/feature", feature),
  "POST /nodes/{node}/qemu/{vmid}/move_disk": one(move),
  "POST /nodes/{node}/lxc/{vmid}/move_volume": one(move),
};
