/**
 * What the worker of a backup writes. Sources: PVE::VZDump, PVE::VZDump::QemuServer,
 * PVE::VZDump::LXC.
 *
 * @module
 */
import { GIB, KIB, MIB } from "../../base/byte_units.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Guest, Volume } from "../core/model.ts";
import { fields } from "../core/params.ts";
import { uuid } from "../core/random.ts";
import { disksOf, formatSize, hasAgent, unusedVolumes } from "../guest/config.ts";
import { kindOf } from "../guest/names.ts";
import { backupLines } from "../guest/progress.ts";
import { backupName } from "./backups.ts";

/** How guests are backed up. */
export interface BackupOptions {
  readonly storage: string;
  readonly compress: string;
  readonly mode: string;
}

/** A moment as workers write it. */
function moment(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ");
}

/** The command that a call amounts to. */
export function commandLine(call: Call, vmids: readonly number[]): string {
  const quoted = (value: unknown): string => {
    const text = Array.isArray(value) ? value.join(" ") : String(value);
    return /^[\w./:,=@+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
  };
  const options = Object.entries(fields(call, ["vmid", "stdout", "quiet"])).sort()
    .map(([name, value]) => `--${name} ${quoted(value)}`);
  return ["vzdump", ...vmids, ...options, `--node ${call.path["node"]}`].join(" ");
}

/** Size as the worker writes that of an archive. */
function archiveSize(bytes: number): string {
  const [kib, mib, gib] = [bytes / KIB, bytes / MIB, bytes / GIB];
  if (kib < 1024) return `${Math.floor(kib)}KB`;
  return mib < 1024 ? `${Math.floor(mib)}MB` : `${gib.toFixed(2)}GB`;
}

/** Lines about a guest before anything is done to it. */
export function headLines(cluster: Cluster, { vmid, type, status }: Guest): string[] {
  return [
    `INFO: Starting Backup of VM ${vmid} (${type})`,
    `INFO: Backup started at ${moment(cluster.now())}`,
    `INFO: status = ${status}`,
  ];
}

function skippedLine(volid: string): string {
  return `INFO: skip unused drive '${volid}' (not included into backup)`;
}

function gibibytes(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(2)} GiB`;
}

/** How QEMU is asked for the backup; a VM that runs goes on meanwhile. */
function qmpLines(cluster: Cluster, mode: string | undefined): string[] {
  const resumed = mode === "snapshot"
    ? "INFO: resuming VM again"
    : "INFO: resuming VM again after 4 seconds";
  return [
    "INFO: starting backup via QMP command",
    `INFO: started backup task '${uuid(cluster.random)}'`,
    ...(mode === undefined ? [] : [resumed]),
  ];
}

/** Lines of a guest's backup that goes through, up to the end of the archive. */
export function workLines(cluster: Cluster, guest: Guest, options: BackupOptions): string[] {
  const { vmid, type, config } = guest;
  const isVm = type === "qemu";
  const isRunning = guest.status === "running";
  const mode = isRunning ? options.mode : "stop";
  const kind = String(cluster.storages.definitions.get(options.storage)?.type);
  const { name } = backupName(kind, guest, cluster.now(), options.compress);
  const target = kind === "pbs"
    ? name.replace(/^backup\//, "")
    : cluster.storages.path(`${options.storage}:${name}`);
  const disks = disksOf(type, config).filter((disk) => !disk.cdrom);
  const bytes = disks.reduce((sum, disk) => sum + disk.size, 0);
  const isAsked = isVm && isRunning && hasAgent(config);
  const freezes = isAsked && guest.agentRuns && !cluster.isDeaf(guest);
  const guestName = String(config.name ?? config.hostname ?? `${kindOf(type)} ${vmid}`);
  const prepared = [
    `INFO: ${kindOf(type)} Name: ${guestName}`,
    ...disks.map(({ key, volid, size }) =>
      isVm
        ? `INFO: include disk '${key}' '${volid}' ${formatSize(size)}`
        : `INFO: including mount point ${key} ('${key === "rootfs" ? "/" : volid}') in backup`
    ),
  ];
  const chosen = [`INFO: backup mode: ${mode}`, "INFO: ionice priority: 7"];
  return [
    ...(mode === "snapshot" ? [...prepared, ...chosen] : [...chosen, ...prepared]),
    ...(isRunning && options.mode === "suspend" ? ["INFO: suspending guest"] : []),
    ...(isRunning && options.mode === "stop" ? ["INFO: stopping virtual guest"] : []),
    ...(isVm ? unusedVolumes(config).map(([, volid]) => skippedLine(volid)) : []),
    ...(guest.snapshots.size > 0 && isVm
      ? ["INFO: snapshots found (not included into backup)"]
      : []),
    `INFO: creating ${kind === "pbs" ? "Proxmox Backup Server" : "vzdump"} archive '${target}'`,
    ...(isVm && !isRunning ? ["INFO: starting kvm to execute backup task"] : []),
    ...(freezes
      ? [
        "INFO: issuing guest-agent 'fs-freeze' command",
        "INFO: issuing guest-agent 'fs-thaw' command",
      ]
      : isAsked
      ? ["INFO: skipping guest filesystem freeze - agent configured but not running?"]
      : []),
    ...(isVm ? qmpLines(cluster, isRunning ? options.mode : undefined) : []),
    ...backupLines(bytes),
    ...(isVm
      ? [
        `INFO: backup is sparse: ${gibibytes(bytes)} (100%) total zero data`,
        `INFO: transferred ${gibibytes(bytes)} in 2 seconds (1.1 GiB/s)`,
      ]
      : []),
    ...(isVm && !isRunning ? ["INFO: stopping kvm after backup task"] : []),
  ];
}

/** Lines of a guest's backup that is done. */
export function endLines(
  cluster: Cluster,
  { vmid, type, status }: Guest,
  mode: string,
  volume: Volume,
  retention: string | undefined,
  pruned: number,
): string[] {
  const extra = pruned > 0 ? " not covered by keep-retention policy" : "";
  return [
    `INFO: archive file size: ${archiveSize(volume.size)}`,
    ...(type === "qemu" && status === "running" && mode === "suspend" ? ["INFO: resume vm"] : []),
    ...(volume.notes === undefined ? [] : ["INFO: adding notes to backup"]),
    ...(volume.protected ? ["INFO: marking backup as protected"] : []),
    ...(retention === undefined ? [] : [
      `INFO: prune older backups with retention: ${retention}`,
      `INFO: pruned ${pruned} backup(s)${extra}`,
    ]),
    `INFO: Finished Backup of VM ${vmid} (00:00:02)`,
    `INFO: Backup finished at ${moment(cluster.now())}`,
  ];
}

/** Lines of a guest's backup that failed. */
export function failureLines(cluster: Cluster, vmid: number, reason: string): string[] {
  return [
    `ERROR: Backup of VM ${vmid} failed - ${reason}`,
    `INFO: Failed at ${moment(cluster.now())}`,
  ];
}
