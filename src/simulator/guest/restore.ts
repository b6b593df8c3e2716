/**
 * Restoring guests from backups: the same operations that create them, with an archive.
 *
 * @module
 */
import { messageOf } from "../../message_of.ts";
import type { Cluster } from "../core/cluster.ts";
import type { BackupContent, Guest, GuestConfig, GuestType } from "../core/model.ts";
import { fields, flag, named, number, text } from "../params.ts";
import { failed } from "../refusal.ts";
import { requireBackup } from "../storage/backups.ts";
import { isVolid, splitVolid } from "../storage/storages.ts";
import type { Call } from "../types.ts";
import { assertFree, newGuest, removeGuest } from "./births.ts";
import { isDiskKey, isNetKey, isUnusedKey, parseDisk, printMoved } from "./config.ts";
import { assertUnprotected, newIdentity, withNewMac } from "./configure.ts";
import { assertUnlocked, guestTask } from "./find.ts";
import { kindOf, workerType } from "./names.ts";
import { percentLines } from "./progress.ts";
import { startNow } from "./state.ts";

/** True when a creation is in truth a restore. */
export function isRestore(call: Call): boolean {
  return text(call, "archive") !== undefined || (flag(call, "restore") ?? false);
}

/** Options that a restore overrides in what the backup holds. */
const OVERRIDES = ["name", "memory", "cores", "sockets", "hostname", "onboot", "tags"];

function backupFor(cluster: Cluster, type: GuestType, volid: string, node: string): BackupContent {
  const backup = requireBackup(cluster, volid, node);
  if (backup.type === type) return backup;
  throw failed(`'${volid}' is not a valid backup archive for a ${kindOf(type)}`);
}

/** Makes the volumes of a backup anew and answers the configuration that uses them. */
function unpack(
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
    if (size === undefined) continue;
    const disk = parseDisk(guest.type, key, String(config[key]));
    const volume = cluster.storages.allocate({
      storage: storage ?? splitVolid(disk.volid).storage,
      node: guest.node,
      vmid: guest.vmid,
      guest: guest.type,
      size,
    });
    made.push(volume.volid);
    config[key] = printMoved(guest.type, disk.properties, volume.volid);
  }
  delete config.template;
  return config;
}

function makeUnique(cluster: Cluster, guest: Guest): void {
  for (const [key, value] of Object.entries(guest.config)) {
    if (isNetKey(key)) guest.config[key] = withNewMac(cluster, guest, String(value));
  }
  if (guest.type === "qemu") Object.assign(guest.config, newIdentity(cluster));
}

/** Starts the task that restores a guest. */
export function restore(cluster: Cluster, call: Call, type: GuestType): string {
  const vmid = number(call, "vmid") ?? 0;
  const node = named(call, "node");
  const prefix = `unable to restore ${kindOf(type)} ${vmid} - `;
  const archive = text(call, "archive") ?? named(call, "ostemplate");
  const backup = backupFor(cluster, type, archive, node);
  const storage = text(call, "storage");
  if (storage !== undefined) cluster.storages.require(storage, node);
  const before = cluster.guests.get(vmid);
  if (before && (!flag(call, "force") || before.type !== type || before.node !== node)) {
    assertFree(cluster, vmid, prefix);
  }
  if (before) {
    assertUnprotected(before);
    assertUnlocked(before);
    if (before.status === "running") {
      throw failed(`${prefix}${type === "qemu" ? "vm" : "CT"} is running`);
    }
    before.config.lock = "create";
  }
  const pool = text(call, "pool");
  const guest = before ?? newGuest(cluster, { vmid, type, node, lock: "create", pool });
  const bytes = Object.values(backup.sizes).reduce((sum, size) => sum + size, 0);
  return guestTask(cluster, guest, call, {
    type: workerType(type, "restore"),
    ms: 3_000,
    log: [`restore archive '${archive}'`, ...percentLines("progress ", bytes)],
    undo: () => {
      if (before) delete before.config.lock;
      else removeGuest(cluster, guest);
    },
    finish: () => {
      const made: string[] = [];
      let config: GuestConfig;
      try {
        config = unpack(cluster, guest, backup, storage, made);
      } catch (error) {
        for (const volid of made) cluster.storages.remove(volid, node);
        throw failed(`${prefix}${messageOf(error)}`);
      }
      const given = fields(call);
      for (const name of OVERRIDES) {
        const value = given[name];
        if (typeof value === "string" || typeof value === "number") config[name] = value;
      }
      replace(cluster, guest, config, made);
      guest.agentRuns = backup.agentRuns;
      if (flag(call, "unique")) makeUnique(cluster, guest);
      if (flag(call, "start")) startNow(cluster, guest);
    },
  });
}

/** Puts the restored configuration in place of what was there; old volumes go. */
function replace(cluster: Cluster, guest: Guest, config: GuestConfig, made: string[]): void {
  for (const { key, volid } of disksToDrop(guest)) {
    if (!made.includes(volid)) cluster.storages.remove(volid, guest.node);
    delete guest.config[key];
  }
  guest.config = config;
  guest.snapshots.clear();
  guest.pending = {};
  guest.pendingDelete.clear();
}

function disksToDrop(guest: Guest): { key: string; volid: string }[] {
  return Object.entries(guest.config).filter(([key]) => isDiskKey(guest.type, key))
    .map(([key, value]) => parseDisk(guest.type, key, String(value)))
    .filter((disk) => !disk.cdrom && isVolid(disk.volid))
    .map(({ key, volid }) => ({ key, volid }));
}
