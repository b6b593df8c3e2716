/**
 * Backup archives: names, and what they hold.
 *
 * @module
 */
import type { Cluster } from "../core/cluster.ts";
import type { BackupContent, Guest, Volume } from "../core/model.ts";
import { disksOf } from "../guest/config.ts";

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

function stamp(seconds: number): { file: string; iso: string } {
  const date = new Date(seconds * 1000);
  const day = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(twoDigits);
  const [year, month, dayOfMonth] = [
    String(day[0]),
    twoDigits(day[1] ?? 1),
    twoDigits(day[2] ?? 1),
  ];
  return {
    file: `${year}_${month}_${dayOfMonth}-${time.join("_")}`,
    iso: `${year}-${month}-${dayOfMonth}T${time.join(":")}Z`,
  };
}

/** Name of a backup within its storage, by the storage's type. */
export function backupName(
  storageType: string,
  guest: Guest,
  seconds: number,
  compress: string,
): { name: string; format: string } {
  const { file, iso } = stamp(seconds);
  if (storageType === "pbs") {
    const kind = guest.type === "qemu" ? "vm" : "ct";
    return { name: `backup/${kind}/${guest.vmid}/${iso}`, format: `pbs-${kind}` };
  }
  const extensions: Readonly<Record<string, string>> = { zstd: "zst", gzip: "gz", lzo: "lzo" };
  const packed = extensions[compress];
  const format = (guest.type === "qemu" ? "vma" : "tar") +
    (packed === undefined ? "" : `.${packed}`);
  return { name: `backup/vzdump-${guest.type}-${guest.vmid}-${file}.${format}`, format };
}

/** What a backup of a guest holds now. */
export function backupContent(guest: Guest): BackupContent {
  const { lock: _lock, parent: _parent, ...config } = structuredClone(guest.config);
  const sizes: Record<string, number> = {};
  for (const disk of disksOf(guest.type, config)) {
    if (!disk.cdrom && disk.volid.includes(":")) sizes[disk.key] = disk.size;
  }
  return { type: guest.type, config, sizes, agentRuns: guest.agentRuns };
}

/** Bytes that a backup of a guest takes. */
export function backupBytes(cluster: Cluster, guest: Guest): number {
  let bytes = 4096;
  for (const disk of disksOf(guest.type, guest.config)) {
    if (disk.cdrom) continue;
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
