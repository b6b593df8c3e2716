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
  isTemplate,
  parseDisk,
  parseSize,
  printMoved,
  printProperties,
} from "./config.ts";
import { assertDigest } from "./digest.ts";
import { assertUnlocked, both, type ClusterHandlers, guestTask, one } from "./find.ts";
import { transferLines } from "./progress.ts";
import { reassign } from "./reassign.ts";
import { canSnapshot } from "./snapshots.ts";

function diskOf(guest: Guest, key: string): Disk {
  const value = guest.config[key];
  const what = guest.type === "qemu" ? "disk" : "volume";
  if (value === undefined) throw failed(`${what} '${key}' does not exist`);
  if (isDiskKey(guest.type, key)) return parseDisk(guest.type, key, String(value));
  return { key, volid: String(value), size: 0, cdrom: false, properties: {} };
}

interface Growth {
  readonly disk: Disk;
  /** Bytes. */
  readonly size: number;
}

/** What a resize comes to. */
function growth(cluster: Cluster, guest: Guest, call: Call): Growth {
  assertUnlocked(guest);
  assertDigest(guest, text(call, "digest"));
  const disk = diskOf(guest, named(call, "disk"));
  if (disk.cdrom) throw failed("you can't resize a cdrom");
  const volume = cluster.storages.requireVolume(disk.volid, guest.node);
  const wanted = named(call, "size");
  const amount = parseSize(wanted.replace(/^\+/, "")) ?? 0;
  const size = wanted.startsWith("+") ? volume.size + amount : amount;
  const isVm = guest.type === "qemu";
  if (size < volume.size) {
    throw failed(isVm ? "shrinking disks is not supported" : "unable to shrink disk size");
  }
  if (size === volume.size && !isVm) throw failed("disk is already at specified size");
  return { disk, size };
}

function resize(cluster: Cluster, guest: Guest, call: Call): string {
  // A container's resize is checked at once, a VM's only by its worker.
  if (guest.type === "lxc") growth(cluster, guest, call);
  return guestTask(cluster, guest, call, {
    type: "resize",
    ms: 1_000,
    finish: () => {
      const { disk, size } = growth(cluster, guest, call);
      cluster.storages.resize(disk.volid, guest.node, size);
      guest.config[disk.key] = printProperties(guest.type, disk.key, {
        ...disk.properties,
        size: formatSize(size),
      });
    },
  });
}

function assertNoSnapshotUses(guest: Guest, disk: Disk): void {
  for (const { config } of guest.snapshots.values()) {
    if (disksOf(guest.type, config).some((each) => each.volid === disk.volid)) {
      throw failed(
        guest.type === "qemu"
          ? "you can't move a disk with snapshots and delete the source"
          : "you can't move a volume with snapshots and delete the source",
      );
    }
  }
}

function move(cluster: Cluster, guest: Guest, call: Call): string {
  const key = named(call, guest.type === "qemu" ? "disk" : "volume");
  if (number(call, "target-vmid") !== undefined) {
    return reassign(cluster, guest, call, diskOf(guest, key));
  }
  const storage = text(call, "storage");
  if (storage === undefined) throw failed("either set storage or target-vmid, but not both");
  assertDigest(guest, text(call, "digest"));
  assertUnlocked(guest);
  const disk = diskOf(guest, key);
  if (disk.cdrom) throw failed("you can't move a cdrom");
  if (guest.type === "lxc" && guest.status === "running") {
    throw failed("cannot move volumes of a running container");
  }
  if (guest.type === "lxc" && key.startsWith("unused")) {
    throw failed(
      `cannot move volume '${key}', only configured volumes can be moved to another storage`,
    );
  }
  cluster.storages.require(storage, guest.node);
  const format = text(call, "format");
  const before = cluster.storages.find(disk.volid, guest.node);
  const isSame = storage === splitVolid(disk.volid).storage &&
    (format === undefined || format === before?.format);
  if (isSame && guest.type === "qemu") {
    throw failed("you can't move to the same storage with same format");
  }
  const what = guest.type === "qemu" ? "drive" : "mountpoint";
  const dropsSource = flag(call, "delete") ?? false;
  if (dropsSource) assertNoSnapshotUses(guest, disk);
  guest.config.lock = "disk";
  return guestTask(cluster, guest, call, {
    type: guest.type === "qemu" ? "qmmove" : "move_volume",
    ms: 3_000,
    log: [
      `create full clone of ${what} ${key} (${disk.volid})`,
      ...transferLines(before?.size ?? disk.size),
    ],
    undo: () => void delete guest.config.lock,
    finish: () => {
      delete guest.config.lock;
      const size = before?.size ?? disk.size;
      const { node, vmid, type } = guest;
      const made = cluster.storages.allocate({ storage, node, vmid, guest: type, size, format });
      guest.config[key] = isDiskKey(type, key)
        ? printMoved(type, key, disk.properties, made.volid)
        : made.volid;
      if (dropsSource) cluster.storages.remove(disk.volid, node);
      else addUnused(guest.config, disk.volid);
    },
  });
}

function feature(cluster: Cluster, guest: Guest, call: Call): Entry {
  const wanted = named(call, "feature");
  const disks = disksOf(guest.type, guest.config).filter((disk) => !disk.cdrom);
  const has = wanted === "copy" ||
    canSnapshot(cluster, guest) && (wanted === "snapshot" || isTemplate(guest));
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
