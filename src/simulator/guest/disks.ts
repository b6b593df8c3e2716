/**
 * Disks and mount points of a configuration that is being written: `local-lvm:32` becomes a new
 * volume, everything else must be there already. Sources: create_disks of PVE::API2::Qemu,
 * PVE::LXC::create_disks.
 *
 * @module
 */
import { GIB, MIB } from "../../base/byte_units.ts";
import { defined } from "../../base/defined.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Guest, Volume } from "../core/model.ts";
import { uuid } from "../core/random.ts";
import { failed } from "../core/refusal.ts";
import {
  disksOf,
  formatSize,
  printMoved,
  printProperties,
  propertiesOf,
  sourceOf,
} from "./config.ts";
import { fileSystemLines, formattingLines, transferLines } from "./progress.ts";

/** What was made for a configuration, to be taken back when it cannot be written. */
export interface Made {
  /** Lines that the worker prints. */
  readonly log: string[];
  readonly volids: string[];
}

/** Storage and size of a volume that is to be made, of what a disk's text asks for. */
export function newVolumeOf(source: string): { storage: string; wanted: string } | undefined {
  const [, storage, wanted] = /^([^/:\s]+):(\d+(?:\.\d+)?|cloudinit)$/.exec(source) ?? [];
  return storage === undefined || wanted === undefined ? undefined : { storage, wanted };
}

/** Bytes of a disk for cloud-init or a TPM, whatever was asked for. */
const SPECIAL_BYTES = 4 * MIB;

/** Bytes of a disk for EFI variables, by the size that their image is made for. */
function efiBytes({ efitype }: Readonly<Record<string, string>>): number {
  return efitype === "4m" ? 528 * 1024 : 128 * 1024;
}

function importedVolume(cluster: Cluster, guest: Guest, volid: string): Volume {
  const volume = cluster.storages.find(volid, guest.node);
  if (!volume) throw failed(`failed to stat '${cluster.storages.path(volid)}'`);
  return volume;
}

/** What a worker prints while it makes and fills a VM's disk. */
function creationLines(
  cluster: Cluster,
  guest: Guest,
  key: string,
  volume: Volume,
  imported: string | undefined,
): string[] {
  const lines = formattingLines(cluster, volume);
  const copied = transferLines(volume.size);
  if (key === "efidisk0") return [...lines, ...copied, ...copied.slice(-1)];
  if (imported === undefined) return lines;
  const owner = cluster.storages.find(imported, guest.node)?.content === "images" ? `${key} ` : "";
  return [
    `create full clone of drive ${owner}(${imported})`,
    ...lines,
    `allocated target volume '${volume.volid}'`,
    ...copied,
  ];
}

/** Refuses a second cloud-init drive. */
function assertNoCloudinit(guest: Guest, key: string): void {
  const other = disksOf("qemu", { ...guest.config, ...guest.pending })
    .find((disk) => disk.key !== key && disk.volid.includes("cloudinit"));
  if (other) throw failed(`${key} - cloud-init drive is already attached at '${other.key}'`);
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
  key: string,
  text: string,
  made: Made,
): string {
  const { type, node, vmid } = guest;
  const properties = propertiesOf(type, key, text);
  const source = sourceOf(type, properties);
  if (source === "none" || source === "cdrom" || source.startsWith("/")) {
    return printProperties(type, key, properties);
  }
  const newVolume = newVolumeOf(source);
  if (!newVolume) {
    const volume = cluster.storages.activate(source, node);
    return printProperties(type, key, { ...properties, size: formatSize(volume.size) });
  }
  const { storage, wanted } = newVolume;
  const { format, "import-from": imported, ...rest } = properties;
  const isCloudinit = wanted === "cloudinit";
  if (isCloudinit) assertNoCloudinit(guest, key);
  const isSpecial = isCloudinit || key === "efidisk0" || key === "tpmstate0";
  const original = imported === undefined ? undefined : importedVolume(cluster, guest, imported);
  const isFile = cluster.storages.kind(storage).files;
  const size = original
    ? original.size
    : key === "efidisk0"
    ? efiBytes(rest)
    : isSpecial
    ? SPECIAL_BYTES
    : Math.ceil(Number(wanted) * GIB / 1024) * 1024;
  const volume = cluster.storages.allocate({
    storage,
    node,
    vmid,
    guest: type,
    size,
    format: format ??
      (isFile ? original?.format ?? (isCloudinit ? "qcow2" : undefined) : undefined),
    ...defined({
      used: imported === undefined ? undefined : size,
      suffix: isCloudinit ? "cloudinit" : undefined,
    }),
  });
  const { volid } = volume;
  made.volids.push(volid);
  const shown = isCloudinit ? { ...rest, media: "cdrom" } : { ...rest, size: formatSize(size) };
  const disk = printMoved(type, key, shown, volid);
  if (type === "lxc") {
    made.log.push(...formattingLines(cluster, volume));
    if (volume.format === "raw") made.log.push(...fileSystemLines(uuid(cluster.random), size));
    return disk;
  }
  made.log.push(...creationLines(cluster, guest, key, volume, imported));
  made.log.push(`${key}: successfully created disk '${disk}'`);
  return disk;
}
