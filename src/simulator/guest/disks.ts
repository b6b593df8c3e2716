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
import { diskProperties, formatSize, parseSize, printDisk } from "./config.ts";
import { assertPrivilege } from "./find.ts";

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

/** What was made for a configuration, to be taken back when it cannot be written. */
export interface Made {
  /** Lines that the worker prints. */
  readonly log: string[];
  readonly volids: string[];
}

/** Removes what was made. */
export function unmake(cluster: Cluster, guest: Guest, made: Made): void {
  for (const volid of made.volids) cluster.storages.remove(volid, guest.node);
}

/** Bytes of a special disk, whatever was asked for. */
function fixedSize(key: string): number | undefined {
  if (key === "efidisk0") return 4 * MIB;
  return key === "tpmstate0" ? 4 * MIB : undefined;
}

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
  const first = guest.type === "qemu" ? "file" : "volume";
  const properties = { ...diskProperties(guest.type, key, text) };
  const source = properties[first] ?? "";
  if (source === "none" || source === "cdrom" || source.startsWith("/")) return text;
  const wanted = /^([^/:\s]+):(\d+(?:\.\d+)?)$/.exec(source);
  const cloudinit = /^([^/:\s]+):cloudinit$/.exec(source);
  const storage = wanted?.[1] ?? cloudinit?.[1] ?? source.split(":")[0] ?? "";
  if (wanted || cloudinit) {
    assertPrivilege(cluster, call, `/storage/${storage}`, "Datastore.AllocateSpace");
    const imported = properties["import-from"];
    const bytes = cloudinit
      ? 4 * MIB
      : imported === undefined
      ? fixedSize(key) ?? Math.floor(Number(wanted?.[2]) * GIB)
      : sizeOfSource(cluster, guest, imported);
    const volume = cluster.storages.allocate({
      storage,
      node: guest.node,
      vmid: guest.vmid,
      guest: guest.type,
      size: bytes,
      format: properties.format,
      ...(cloudinit ? { suffix: "cloudinit" } : {}),
    });
    made.volids.push(volume.volid);
    delete properties.format;
    delete properties["import-from"];
    properties[first] = volume.volid;
    properties.size = formatSize(bytes);
    if (cloudinit) {
      properties.media = "cdrom";
      return printDisk(guest.type, properties);
    }
    made.log.push(
      `${key}: successfully created disk '${volume.volid},size=${formatSize(bytes)}'`,
    );
    return printDisk(guest.type, properties);
  }
  return existing(cluster, guest, key, properties, source);
}

function sizeOfSource(cluster: Cluster, guest: Guest, source: string): number {
  const volume = cluster.storages.find(source, guest.node);
  if (!volume) throw failed(`volume '${source}' does not exist`);
  return volume.size;
}

function existing(
  cluster: Cluster,
  guest: Guest,
  key: string,
  properties: Record<string, string>,
  volid: string,
): string {
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
