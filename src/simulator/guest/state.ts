/**
 * Changes of a guest's state: starting, stopping, and the values that take effect then.
 *
 * @module
 */
import type { Cluster } from "../core/cluster.ts";
import type { Guest } from "../core/model.ts";
import { failed } from "../refusal.ts";
import { isVolid, splitVolid } from "../storage/storages.ts";
import {
  addUnused,
  disksOf,
  isDiskKey,
  isTemplate,
  isUnusedKey,
  parseDisk,
  unusedVolumes,
} from "./config.ts";
import { assertUnlocked } from "./find.ts";
import { kindOf } from "./names.ts";

/** Applies what was put off until the guest is down. */
export function applyPending(cluster: Cluster, guest: Guest): void {
  for (const [key, force] of guest.pendingDelete) removeKey(cluster, guest, key, force);
  for (const [key, value] of Object.entries(guest.pending)) setKey(guest, key, value);
  guest.pending = {};
  guest.pendingDelete.clear();
}

/** Sets a key; a volume that it held before becomes unused. */
export function setKey(guest: Guest, key: string, value: string | number): void {
  const before = guest.config[key];
  if (before !== undefined && isDiskKey(guest.type, key)) {
    const old = parseDisk(guest.type, key, String(before));
    const now = parseDisk(guest.type, key, String(value));
    if (!old.cdrom && old.volid !== now.volid && isVolid(old.volid)) {
      addUnused(guest.config, old.volid);
    }
  }
  for (const [unused, volid] of unusedVolumes(guest.config)) {
    if (String(value).split(",")[0] === volid) delete guest.config[unused];
  }
  guest.config[key] = value;
}

/** Removes a key: a disk's volume becomes unused, an unused one's goes. */
export function removeKey(cluster: Cluster, guest: Guest, key: string, force: boolean): void {
  const value = guest.config[key];
  if (value === undefined) return;
  delete guest.config[key];
  if (isUnusedKey(key)) {
    cluster.storages.remove(String(value), guest.node);
    return;
  }
  if (!isDiskKey(guest.type, key)) return;
  const disk = parseDisk(guest.type, key, String(value));
  if (!isVolid(disk.volid)) return;
  if (/cloudinit/.test(disk.volid)) cluster.storages.remove(disk.volid, guest.node);
  else if (disk.cdrom) return;
  else if (force) cluster.storages.remove(disk.volid, guest.node);
  else addUnused(guest.config, disk.volid);
}

function assertVolumes(cluster: Cluster, guest: Guest): void {
  for (const disk of disksOf(guest.type, guest.config)) {
    if (!isVolid(disk.volid)) continue;
    cluster.storages.require(splitVolid(disk.volid).storage, guest.node);
    cluster.storages.requireVolume(disk.volid, guest.node);
  }
}

/**
 * Starts a guest now.
 *
 * @throws {ApiError} In the words of the worker that would fail.
 */
export function startNow(cluster: Cluster, guest: Guest): void {
  const kind = kindOf(guest.type);
  if (isTemplate(guest)) {
    throw failed(`you can't start a ${kind === "VM" ? "vm" : "CT"} if it's a template`);
  }
  const suspended = guest.config.lock === "suspended";
  if (!suspended) assertUnlocked(guest);
  if (guest.status === "running") throw failed(`${kind} ${guest.vmid} already running`);
  assertVolumes(cluster, guest);
  applyPending(cluster, guest);
  if (suspended) {
    delete guest.config.lock;
    const state = guest.config.vmstate;
    if (state !== undefined) cluster.storages.remove(String(state), guest.node);
    delete guest.config.vmstate;
  }
  guest.status = "running";
  guest.qmpstatus = "running";
  guest.startTime = cluster.now();
  guest.pid = 1000 + Math.floor(cluster.random() * 4_000_000);
}

/** Stops a guest now. */
export function stopNow(cluster: Cluster, guest: Guest): void {
  guest.status = "stopped";
  guest.qmpstatus = "running";
  applyPending(cluster, guest);
}
