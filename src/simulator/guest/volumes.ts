/**
 * Volumes of guests: larger, elsewhere, to another guest; and what a guest's storages can do.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import { assertUnmodified } from "../core/digest.ts";
import type { Handlers } from "../core/handler.ts";
import type { Guest, Volume } from "../core/model.ts";
import { flag, named, number, text } from "../core/params.ts";
import { during, failed, invalid } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { knownFormat } from "../storage/kinds.ts";
import { splitVolid } from "../storage/storages.ts";
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
  unusedVolumes,
} from "./config.ts";
import { assertDigest, digestOfGuest } from "./digest.ts";
import {
  assertPrivilege,
  assertUnlocked,
  guestHandler,
  guestHandlers,
  guestTask,
  lateGuestHandler,
  listedGuestHandler,
  withLock,
} from "./find.ts";
import { formattingLines, transferLines } from "./progress.ts";
import { reassign, usesInSnapshot } from "./reassign.ts";
import { canSnapshot } from "./snapshots.ts";

/** A disk, a mount point or an unused volume of a guest. */
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
      const isGrowing = size > disk.size;
      cluster.storages.resize(disk.volid, guest.node, size);
      guest.config[disk.key] = printProperties(guest.type, disk.key, {
        ...disk.properties,
        size: formatSize(size),
      });
      const byQemuImg = guest.type === "qemu" && guest.status === "stopped" && isGrowing &&
        cluster.storages.kind(splitVolid(disk.volid).storage).files;
      return byQemuImg ? ["Image resized."] : [];
    },
  });
}

function assertNoSnapshotUses(guest: Guest, disk: Disk): void {
  if (!usesInSnapshot(guest, disk.volid)) return;
  const what = guest.type === "qemu" ? "disk" : "volume";
  throw failed(`you can't move a ${what} with snapshots and delete the source`);
}

/** Refuses a move to another storage that makes no sense, or is not possible. */
function assertMovable(cluster: Cluster, guest: Guest, disk: Disk, storage: string): void {
  if (disk.cdrom) throw failed("you can't move a cdrom");
  if (guest.type === "qemu") return;
  if (guest.status === "running") throw failed("cannot move volumes of a running container");
  if (disk.key.startsWith("unused")) {
    throw failed(
      `cannot move volume '${disk.key}', only configured volumes can be moved to another storage`,
    );
  }
  cluster.storages.require(storage, guest.node);
}

/** The same for a VM's disk: where it lies already, and what the storage takes. */
function assertPlace(
  cluster: Cluster,
  guest: Guest,
  disk: Disk,
  storage: string,
  format: string | undefined,
): void {
  const before = /\.(raw|qcow2|vmdk)$/.exec(disk.volid)?.[1];
  const isSameFormat = format === undefined || before === undefined || before === format;
  if (storage === splitVolid(disk.volid).storage && isSameFormat) {
    throw failed("you can't move to the same storage with same format");
  }
  const definition = cluster.storages.require(storage, guest.node);
  if (!cluster.storages.content(definition).includes("images")) {
    throw invalid({ storage: `storage '${storage}' does not support vm images` });
  }
}

function move(cluster: Cluster, guest: Guest, call: Call): string {
  const isVm = guest.type === "qemu";
  const key = named(call, isVm ? "disk" : "volume");
  const storage = text(call, "storage");
  const target = number(call, "target-vmid");
  if ((storage === undefined) === (target === undefined)) {
    const message = storage === undefined
      ? "both 'storage' and 'target-vmid' missing, either needs to be set"
      : "either set 'storage' or 'target-vmid', but not both";
    throw invalid({ "target-vmid": message, storage: message });
  }
  if (storage === undefined) return reassign(cluster, guest, call);
  assertPrivilege(cluster, call, `/storage/${storage}`, "Datastore.AllocateSpace");
  assertUnlocked(guest);
  assertUnmodified(digestOfGuest(guest), text(call, "digest"));
  const disk = diskOf(guest, key);
  assertMovable(cluster, guest, disk, storage);
  const format = text(call, "format");
  if (isVm) assertPlace(cluster, guest, disk, storage, format);
  const dropsSource = flag(call, "delete") ?? false;
  if (dropsSource) assertNoSnapshotUses(guest, disk);
  return moveTo(cluster, guest, call, { disk, storage, format, dropsSource });
}

interface Move {
  readonly disk: Disk;
  readonly storage: string;
  readonly format: string | undefined;
  readonly dropsSource: boolean;
}

/** The format of a volume that is a file, which a copy keeps where it can. */
function fileFormat(volid: string): string | undefined {
  return /\.(raw|qcow2|vmdk)$/.exec(volid)?.[1];
}

function copyingLine({ volid }: Disk, storage: string): string {
  const source = splitVolid(volid).storage;
  return `copying volume '${volid}' from current storage '${source}' to target storage '${storage}'`;
}

/** What a worker prints while it copies a volume: of a VM that runs, a mirror does. */
function movedLines(cluster: Cluster, guest: Guest, { key }: Disk, made: Volume): string[] {
  const target = [...formattingLines(cluster, made), `allocated target volume '${made.volid}'`];
  if (guest.type === "lxc") return formattingLines(cluster, made);
  if (guest.status !== "running") return target;
  const job = `mirror-${key}`;
  return [
    ...target,
    `drive mirror is starting for drive-${key}`,
    "all 'mirror' jobs are ready",
    `${job}: Completing block job...`,
    `${job}: Completed successfully.`,
    `${job}: mirror-job finished`,
  ];
}

function moveTo(cluster: Cluster, guest: Guest, call: Call, move: Move): string {
  const { disk, storage, format, dropsSource } = move;
  const { node, vmid, type } = guest;
  const isVm = type === "qemu";
  // Of a VM only the file of its configuration is locked.
  const held = isVm ? undefined : withLock(guest, "disk");
  const keptFormat = cluster.storages.kind(storage).files ? fileFormat(disk.volid) : undefined;
  const cloneLine = `create full clone of ${isVm ? "drive" : "mountpoint"} ${disk.key} ` +
    `(${disk.volid})`;
  return guestTask(cluster, guest, call, {
    type: isVm ? "qmmove" : "move_volume",
    ms: 3_000,
    log: [
      ...(isVm ? [copyingLine(disk, storage)] : []),
      cloneLine,
      ...transferLines(cluster.storages.find(disk.volid, node)?.size ?? disk.size),
    ],
    ...defined({ undo: held?.undo }),
    finish: () => {
      held?.release();
      const made = during("storage migration failed", () => {
        const { size, used = size } = cluster.storages.activate(disk.volid, node);
        return cluster.storages.allocate({
          ...{ storage, node, vmid, size, used },
          format: knownFormat(cluster.storages.kind(storage), format ?? keptFormat),
          guest: type,
        });
      });
      guest.config[disk.key] = isDiskKey(type, disk.key)
        ? printMoved(type, disk.key, disk.properties, made.volid)
        : made.volid;
      const lines = movedLines(cluster, guest, disk, made);
      if (!dropsSource) {
        addUnused(guest.config, disk.volid);
        const unused = unusedVolumes(guest.config).find(([, volid]) => volid === disk.volid)?.[0];
        return isVm
          ? [...lines, `adding source volume '${disk.volid}' as '${unused}' to config`]
          : lines;
      }
      cluster.storages.remove(disk.volid, node);
      return isVm
        ? [...lines, `removing source volume '${disk.volid}' after successful copy`]
        : lines;
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
export const handlers: Handlers = {
  ...guestHandlers("PUT /nodes/{node}/{type}/{vmid}/resize", resize),
  "PUT /nodes/{node}/qemu/{vmid}/resize": lateGuestHandler("resize", resize),
  ...guestHandlers("GET /nodes/{node}/{type}/{vmid}/feature", feature),
  "GET /nodes/{node}/qemu/{vmid}/feature": listedGuestHandler(feature),
  "POST /nodes/{node}/qemu/{vmid}/move_disk": guestHandler(move),
  "POST /nodes/{node}/lxc/{vmid}/move_volume": guestHandler(move),
};
