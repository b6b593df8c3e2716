/**
 * Restoring guests from backups: the same operations that create them, with an archive.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { BackupContent, Guest, GuestConfig, GuestType } from "../core/model.ts";
import { flag, named, number, text } from "../core/params.ts";
import { ApiError, during, failed, invalid, prefixed } from "../core/refusal.ts";
import { TaskFailure } from "../core/tasks.ts";
import { requireBackup } from "../storage/backups.ts";
import { isVolid, splitVolid } from "../storage/storages.ts";
import { assertVolumeAccess } from "../storage/volname.ts";
import {
  addUnused,
  isDiskKey,
  isNetKey,
  isTemplate,
  isUnusedKey,
  parseDisk,
  printMoved,
  unusedVolumes,
} from "./config.ts";
import { assertUnprotected } from "./configure.ts";
import { assertUnlocked, guestTask } from "./find.ts";
import { followUp } from "./follow_up.ts";
import { assertFree, newGuest, removeGuest } from "./lifecycle.ts";
import { kindOf, workerType } from "./names.ts";
import { beginningLines, extraction, filledLines } from "./restore_log.ts";
import { toBase } from "./template.ts";
import { assertNoHostDevices } from "./root_options.ts";
import { newIdentity, renewIdentity, withNewMac } from "./values.ts";

/** True when a creation is in truth a restore. */
export function isRestore(call: Call): boolean {
  return text(call, "archive") !== undefined || (flag(call, "restore") ?? false);
}

function backupFor(cluster: Cluster, type: GuestType, volid: string, node: string): BackupContent {
  const backup = requireBackup(cluster, volid, node);
  if (backup.type === type) return backup;
  throw failed(`'${volid}' is not a valid backup archive for a ${kindOf(type)}`);
}

/** The format that a volume had, where the storage can have it. */
function keptFormat(cluster: Cluster, storage: string, volid: string): string | undefined {
  const format = /\.(raw|qcow2|vmdk)$/.exec(volid)?.[1];
  return cluster.storages.kind(storage).files ? format : undefined;
}

/** Makes the volumes of a backup anew and answers the configuration that uses them. */
function unpack(
  cluster: Cluster,
  guest: Guest,
  backup: BackupContent,
  storage: string | undefined,
  made: string[],
): GuestConfig {
  try {
    return unpacked(cluster, guest, backup, storage, made);
  } catch (error) {
    for (const volid of made) cluster.storages.remove(volid, guest.node);
    throw error;
  }
}

function unpacked(
  cluster: Cluster,
  guest: Guest,
  backup: BackupContent,
  storage: string | undefined,
  made: string[],
): GuestConfig {
  const config = structuredClone(backup.config);
  for (const key of Object.keys(config)) {
    if (isUnusedKey(key)) delete config[key];
    if (!isDiskKey(guest.type, key)) continue;
    const size = backup.sizes[key];
    const disk = parseDisk(guest.type, key, String(config[key]));
    if (size === undefined) {
      // What the backup has not is taken out of the configuration.
      if (!disk.cdrom && isVolid(disk.volid)) delete config[key];
      continue;
    }
    const source = splitVolid(disk.volid).storage;
    const volume = cluster.storages.allocate({
      storage: storage ?? source,
      node: guest.node,
      vmid: guest.vmid,
      guest: guest.type,
      size,
      used: Math.floor(size * 0.4),
      ...defined({ format: keptFormat(cluster, storage ?? source, disk.volid) }),
    });
    made.push(volume.volid);
    config[key] = printMoved(guest.type, key, disk.properties, volume.volid);
  }
  return config;
}

function makeUnique(cluster: Cluster, guest: Guest): void {
  for (const [key, value] of Object.entries(guest.config)) {
    if (isNetKey(key)) guest.config[key] = withNewMac(cluster, guest, key, String(value));
  }
  if (guest.type === "qemu") renewIdentity(cluster, guest.config);
}

/** Refuses what speaks against restoring over a guest, in a container's case before the work. */
function assertReplaceable(guest: Guest, prefix: string): void {
  if (Number(guest.config.protection)) throw failed(`${prefix}- protection mode enabled`);
  if (guest.status === "running") throw failed(`${prefix}vm is running`);
}

/** The guest that is restored over, or undefined for a new one. */
function replaced(
  cluster: Cluster,
  call: Call,
  type: GuestType,
  prefix: string,
): Guest | undefined {
  const vmid = number(call, "vmid") ?? 0;
  const before = cluster.guests.get(vmid);
  if (!before) return undefined;
  const isHere = before.type === type && before.node === named(call, "node");
  if (!isHere || !flag(call, "force")) assertFree(cluster, vmid, type === "qemu" ? prefix : "");
  if (type === "lxc") {
    if (before.status === "running") throw failed("can't overwrite running container");
    assertUnprotected(before, "restore");
  }
  prefixed(prefix, () => assertUnlocked(before));
  return before;
}

/** The archive of a call, which the caller may read. */
function archiveOf(cluster: Cluster, call: Call, type: GuestType): string {
  const archive = text(call, "archive") ?? named(call, "ostemplate");
  const vmid = number(call, "vmid") ?? 0;
  if (archive !== "-") assertVolumeAccess(cluster, call, vmid, archive, "backup");
  if (type === "qemu") {
    for (const key of Object.keys(call.params).filter((each) => isDiskKey(type, each)).sort()) {
      throw invalid({ [key]: "option conflicts with option 'archive'" });
    }
  }
  return cluster.storages.located(archive, named(call, "node"));
}

/** Refuses what of a backup reaches into the host, which only root@pam restores. */
function assertNoHostAccess(call: Call, type: GuestType, config: GuestConfig): void {
  if (type === "qemu") return assertNoHostDevices(call, config);
  const names = Object.keys(call.params).filter((key) => isDiskKey(type, key));
  if (call.user === "root@pam" || names.length > 0) return;
  for (const [key, value] of Object.entries(config)) {
    if (!/^mp\d+$/.test(key)) continue;
    const { volid } = parseDisk(type, key, String(value));
    if (isVolid(volid)) continue;
    const kind = volid.startsWith("/dev/") ? "device" : "bind";
    throw failed(`restoring '${key}' to ${kind} mount is only possible for root`);
  }
}

/** The task that finds out that there is no such backup of a container. */
function missingBackup(cluster: Cluster, call: Call, archive: string, prefix: string): string {
  return cluster.startTask({
    ...{ node: named(call, "node"), type: workerType("lxc", "restore") },
    ...{ id: String(number(call, "vmid") ?? ""), user: call.user, ms: 500 },
    log: [`recovering backed-up configuration from '${archive}'`],
    finish: () => {
      throw failed(`${prefix}volume '${archive}' does not exist`);
    },
  });
}

/**
 * Starts the task that restores a guest.
 *
 * @param overrides Options that take the place of those in the backup.
 */
export function restore(
  cluster: Cluster,
  call: Call,
  type: GuestType,
  overrides: GuestConfig,
): string {
  const vmid = number(call, "vmid") ?? 0;
  const node = named(call, "node");
  const prefix = `unable to restore ${kindOf(type)} ${vmid} - `;
  const archive = archiveOf(cluster, call, type);
  if (type === "lxc" && !cluster.storages.find(archive, node)) {
    return missingBackup(cluster, call, archive, prefix);
  }
  const backup = backupFor(cluster, type, archive, node);
  const storage = text(call, "storage");
  // A VM's restore looks for the storage only when it has begun.
  if (storage !== undefined && type === "lxc") cluster.storages.require(storage, node);
  const before = replaced(cluster, call, type, prefix);
  const pool = text(call, "pool");
  const guest = before ?? newGuest(cluster, { vmid, type, node, lock: "create", pool });
  guest.config.lock = "create";
  const canFill = storage === undefined || cluster.table("storage").has(storage);
  const bytes = Object.values(backup.sizes).reduce((sum, size) => sum + size, 0);
  return guestTask(cluster, guest, call, {
    type: workerType(type, "restore"),
    ms: 3_000,
    log: isRunningVm(before) ? [] : beginningLines(cluster, type, archive, backup, canFill),
    undo: () => {
      if (before) delete before.config.lock;
      // What is left of a VM is for a person to clean up.
      else if (type === "qemu") guest.config = {};
      else removeGuest(cluster, guest);
    },
    finish: () =>
      telling(guest, () => {
        assertReplaceable(guest, prefix);
        if (storage !== undefined && type === "qemu") {
          during(`command '${extraction(cluster, archive)}' failed`, () => {
            cluster.storages.require(storage, node);
          });
        }
        prefixed(prefix, () => {
          assertNoHostAccess(call, type, { ...backup.config, ...overrides });
        });
        const made: string[] = [];
        const config = prefixed(prefix, () => unpack(cluster, guest, backup, storage, made));
        const left = replace(cluster, guest, backup, { ...config, ...overrides }, made);
        guest.agentRuns = backup.agentRuns;
        if (flag(call, "unique")) makeUnique(cluster, guest);
        else if (guest.config.vmgenid !== undefined) {
          guest.config.vmgenid = newIdentity(cluster).vmgenid;
        }
        const lines = filledLines(cluster, guest, archive, made, bytes);
        if (isTemplate(guest)) toBase(cluster, guest);
        return [...lines, ...kept(guest, left), ...followUp(cluster, guest, call)];
      }),
  });
}

function isRunningVm(guest: Guest | undefined): boolean {
  return guest?.type === "qemu" && guest.status === "running";
}

/** Does the work of a restore; of a VM, a failure says that what it leaves is left. */
function telling(guest: Guest, work: () => string[]): string[] {
  try {
    return work();
  } catch (error) {
    if (guest.type === "lxc" || !(error instanceof ApiError)) throw error;
    throw new TaskFailure(error.message, [
      `error before or during data restore, some or all disks were not completely restored. VM ${guest.vmid} state is NOT cleaned up.`,
    ]);
  }
}

/** Volumes that the backup knows nothing of stay with the VM, unused. */
function kept(guest: Guest, left: readonly string[]): string[] {
  return left.map((volid) => {
    addUnused(guest.config, volid);
    const key = unusedVolumes(guest.config).find(([, each]) => each === volid)?.[0];
    return `VM ${guest.vmid} add unreferenced volume '${volid}' as '${key}' to config`;
  });
}

/**
 * Puts the restored configuration in place of what was there; old volumes go, but those of drives
 * that the backup of a VM does not have.
 *
 * @returns The volumes that are left.
 */
function replace(
  cluster: Cluster,
  guest: Guest,
  backup: BackupContent,
  config: GuestConfig,
  made: string[],
): string[] {
  const left: string[] = [];
  for (const { key, volid } of disksToDrop(guest)) {
    if (guest.type === "qemu" && backup.sizes[key] === undefined) left.push(volid);
    else if (!made.includes(volid)) cluster.storages.remove(volid, guest.node);
    delete guest.config[key];
  }
  guest.config = config;
  guest.snapshots.clear();
  guest.pending = {};
  guest.pendingDelete.clear();
  return left;
}

function disksToDrop(guest: Guest): { key: string; volid: string }[] {
  return Object.entries(guest.config).filter(([key]) => isDiskKey(guest.type, key))
    .map(([key, value]) => parseDisk(guest.type, key, String(value)))
    .filter((disk) => !disk.cdrom && isVolid(disk.volid))
    .map(({ key, volid }) => ({ key, volid }));
}
