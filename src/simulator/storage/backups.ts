/**
 * Backup archives: names, and what they hold.
 *
 * @module
 */
import type { Cluster } from "../core/cluster.ts";
import type { BackupContent, Guest, Volume } from "../core/model.ts";
import { failed } from "../core/refusal.ts";
import { type Disk, disksOf } from "../guest/config.ts";
import { shortType } from "../guest/names.ts";
import { isVolid, splitVolid } from "./storages.ts";

/** Name of a backup within its storage, by the storage's type. */
export function backupName(
  storageType: string,
  guest: Guest,
  seconds: number,
  compress: string,
): { name: string; format: string } {
  const time = new Date(seconds * 1000).toISOString().slice(0, 19);
  if (storageType === "pbs") {
    const kind = shortType(guest.type);
    return { name: `backup/${kind}/${guest.vmid}/${time}Z`, format: `pbs-${kind}` };
  }
  const extensions: Readonly<Record<string, string>> = { zstd: "zst", gzip: "gz", lzo: "lzo" };
  const packed = extensions[compress];
  const format = (guest.type === "qemu" ? "vma" : "tar") +
    (packed === undefined ? "" : `.${packed}`);
  const stamp = time.replaceAll(/[-:]/g, "_").replace("T", "-");
  return { name: `backup/vzdump-${guest.type}-${guest.vmid}-${stamp}.${format}`, format };
}

/** True for a disk that a backup has: of containers the root, and mount points where it is said. */
function isBackedUp(type: Guest["type"], { key, cdrom, volid, properties }: Disk): boolean {
  if (cdrom || !isVolid(volid)) return false;
  const { backup = "" } = properties;
  if (type === "qemu") return !/^(?:0|no|off)$/.test(backup);
  return key === "rootfs" || /^(?:1|yes|on)$/.test(backup);
}

/** What a backup of a guest holds now. */
function backupContent(guest: Guest): BackupContent {
  const { lock: _lock, parent: _parent, ...config } = structuredClone(guest.config);
  const sizes: Record<string, number> = {};
  for (const disk of disksOf(guest.type, config)) {
    // Mount points of a container that a backup leaves out are made anew, and empty.
    const isMade = guest.type === "lxc" && isVolid(disk.volid);
    if (isMade || isBackedUp(guest.type, disk)) sizes[disk.key] = disk.size;
  }
  return { type: guest.type, config, sizes, agentRuns: guest.agentRuns };
}

/**
 * What a backup holds.
 *
 * @throws {ApiError} When the volume is not there, or is none.
 */
export function requireBackup(cluster: Cluster, volid: string, node: string): BackupContent {
  cluster.storages.require(splitVolid(volid).storage, node);
  const { backup } = cluster.storages.requireVolume(volid, node);
  if (!backup) throw failed(`unable to parse backup volume name '${volid}'`);
  return backup;
}

/** Bytes that a backup of a guest takes. */
export function backupBytes(cluster: Cluster, guest: Guest): number {
  let bytes = 4096;
  for (const disk of disksOf(guest.type, guest.config)) {
    if (!isBackedUp(guest.type, disk)) continue;
    const volume = cluster.storages.find(disk.volid, guest.node);
    bytes += Math.floor((volume?.used ?? volume?.size ?? disk.size) * 0.55);
  }
  return bytes;
}

/** Puts a backup of a guest as it is now on a storage. */
export function addBackup(
  cluster: Cluster,
  guest: Guest,
  storage: string,
  seconds: number,
  options: { readonly compress?: string; readonly notes?: string; readonly protected?: boolean } =
    {},
): Volume {
  const type = String(cluster.storages.definitions.get(storage)?.type);
  const { name, format } = backupName(type, guest, seconds, options.compress ?? "zstd");
  const volume: Volume = {
    volid: `${storage}:${name}`,
    content: "backup",
    format,
    size: backupBytes(cluster, guest),
    vmid: guest.vmid,
    ctime: seconds,
    backup: backupContent(guest),
  };
  if (options.notes !== undefined) volume.notes = options.notes;
  if (options.protected) volume.protected = true;
  return cluster.storages.put(volume, guest.node);
}
