/**
 * Disks and mount points of a configuration that is being written: `local-lvm:32` becomes a new
 * volume, everything else must be there already.
 *
 * @module
 */
import type { Cluster } from "../core/cluster.ts";
import type { Guest } from "../core/model.ts";
import { failed } from "../refusal.ts";
import type { Call } from "../types.ts";
import {
  diskProperties,
  formatSize,
  parseSize,
  printDisk,
  printMoved,
  sourceOf,
} from "./config.ts";
import { assertPrivilege } from "./find.ts";

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

/** What was made for a configuration, to be taken back when it cannot be written. */
export interface Made {
  /** Lines that the worker prints. */
  readonly log: string[];
  readonly volids: string[];
}

/** Bytes of a disk for cloud-init, EFI or a TPM, whatever was asked for. */
const SPECIAL_BYTES = 4 * MIB;

/**
 * Makes the volume that a disk asks for.
 *
 * @returns The disk as the configuration keeps it.
 * @throws {ApiError} When a storage or volume is missing, or full.
 */
export function realizeDisk(
  cluster: Cluster,
  guest: Guest,
  call: Call,
  key: string,
  text: string,
  made: Made,
): string {
  const properties = diskProperties(guest.type, key, text);
  const source = sourceOf(guest.type, properties);
  if (source === "none" || source === "cdrom" || source.startsWith("/")) return text;
  const [, storage, wanted] = /^([^/:\s]+):(\d+(?:\.\d+)?|cloudinit)$/.exec(source) ?? [];
  if (storage === undefined) return existing(cluster, guest, key, properties);
  assertPrivilege(cluster, call, `/storage/${storage}`, "Datastore.AllocateSpace");
  const { format, "import-from": imported, ...rest } = properties;
  const isCloudinit = wanted === "cloudinit";
  const isSpecial = isCloudinit || key === "efidisk0" || key === "tpmstate0";
  const size = imported !== undefined
    ? cluster.storages.requireVolume(imported, guest.node).size
    : isSpecial
    ? SPECIAL_BYTES
    : Math.floor(Number(wanted) * GIB);
  const { volid } = cluster.storages.allocate({
    storage,
    node: guest.node,
    vmid: guest.vmid,
    guest: guest.type,
    size,
    format,
    ...(isCloudinit ? { suffix: "cloudinit" } : {}),
  });
  made.volids.push(volid);
  const shown = { ...rest, size: formatSize(size) };
  if (isCloudinit) return printMoved(guest.type, { ...shown, media: "cdrom" }, volid);
  made.log.push(`${key}: successfully created disk '${volid},size=${shown.size}'`);
  return printMoved(guest.type, shown, volid);
}

/** A disk on a volume that is there, or a CD drive whose image may be gone. */
function existing(
  cluster: Cluster,
  guest: Guest,
  key: string,
  given: Readonly<Record<string, string>>,
): string {
  const properties = { ...given };
  const volid = sourceOf(guest.type, properties);
  const storage = volid.split(":")[0] ?? "";
  cluster.storages.require(storage, guest.node);
  const volume = cluster.storages.find(volid, guest.node);
  const isIso = /:iso\//.test(volid);
  if (isIso && guest.type === "qemu") properties.media ??= "cdrom";
  const isCdrom = properties.media === "cdrom";
  if (!volume && !isCdrom) throw failed(`volume '${volid}' does not exist`);
  const before = guest.config[key];
  const known = before === undefined ? undefined : parseSize(
    diskProperties(guest.type, key, String(before)).size ?? "",
  );
  const size = volume?.size ?? known;
  if (size !== undefined) properties.size = formatSize(size);
  return printDisk(guest.type, properties);
}
