/**
 * Changes of a guest's state: starting, stopping, and the values that take effect then.
 *
 * @module
 */
import { MIB } from "../../base/byte_units.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Guest, GuestConfig, Volume } from "../core/model.ts";
import { failed } from "../core/refusal.ts";
import { isVolid, splitVolid } from "../storage/storages.ts";
import { assertBridges } from "./bridges.ts";
import {
  addUnused,
  disksOf,
  isDiskKey,
  isTemplate,
  isUnusedKey,
  memoryBytes,
  parseDisk,
  unusedVolumes,
} from "./config.ts";
import { assertUnlocked } from "./find.ts";
import { kindOf } from "./names.ts";

/** How long a start takes. */
export const START_MS = 2_000;
/** A start so soon after the end finds PVE's clean-up of the ended process under way. */
const QUICK_START_MS = 1_000;
/** The clean-up then waits so long for an end that does not come, and holds the configuration. */
const CLEANUP_MS = 30_000;

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
      addUnused(guest.config, old.volid, guest.vmid);
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
  else addUnused(guest.config, disk.volid, guest.vmid);
}

/** Activates the volumes of a guest, which fails where one is not there. */
function assertVolumes(cluster: Cluster, guest: Guest): void {
  for (const disk of disksOf(guest.type, guest.config)) {
    if (isVolid(disk.volid)) cluster.storages.activate(disk.volid, guest.node);
  }
}

/**
 * Starts a guest now.
 *
 * @returns Lines that the worker prints.
 * @throws {ApiError} In the words of the worker that would fail.
 */
export function startNow(cluster: Cluster, guest: Guest): string[] {
  const kind = kindOf(guest.type);
  const isVm = guest.type === "qemu";
  if (isTemplate(guest)) throw failed(`you can't start a ${isVm ? "vm" : "CT"} if it's a template`);
  const { lock } = guest.config;
  const isRunning = guest.status === "running";
  if (isVm && isRunning && lock === "backup") {
    // A backup has started it: it goes on in the same process.
    guest.qmpstatus = "running";
    return [];
  }
  assertUnlocked(guest, isVm ? ["suspended"] : ["mounted"]);
  if (isRunning) throw failed(`${kind} ${guest.vmid} already running`);
  applyPending(cluster, guest);
  assertVolumes(cluster, guest);
  assertProcessors(cluster, guest);
  assertBridges(cluster, guest);
  const nowMs = cluster.nowMs();
  const isQuick = nowMs - START_MS - (guest.endedMs ?? -Infinity) < QUICK_START_MS;
  if (isVm && (isQuick || lock === "suspended")) guest.heldUntilMs = nowMs + CLEANUP_MS;
  const log = isVm && lock === "suspended" ? wakingLines(guest) : [];
  if (isVm && lock === "suspended") dropState(cluster, guest);
  guest.status = "running";
  guest.qmpstatus = "running";
  guest.startTime = cluster.now();
  guest.pid = 1000 + Math.floor(cluster.random() * 4_000_000);
  return log;
}

/** Refuses a VM with more processors than its node has. */
function assertProcessors(
  cluster: Cluster,
  { type, node, config: { cores, sockets } }: Guest,
): void {
  const most = cluster.nodes.get(node)?.cores ?? 0;
  if (type === "lxc" || Number(sockets ?? 1) * Number(cores ?? 1) <= most) return;
  throw failed(`MAX ${most} vcpus allowed per VM on this node`);
}

/** What a worker prints while it wakes a VM from the state on a volume. */
function wakingLines({ config }: Guest): string[] {
  const nets = Object.keys(config).filter((key) => /^net\d+$/.test(key)).sort();
  return [
    "Resuming suspended VM",
    ...nets.map((net) => `netdev ${net}: using 'host_mtu=1500' for migration compat`),
    `activating and using '${config.vmstate}' as vmstate`,
    "Resumed VM, removing state",
  ];
}

/** What a VM runs as, which a state of its memory needs to run again. */
const RUNNING: Readonly<Record<string, string>> = {
  runningmachine: "pc-i440fx-10.1+pve0",
  runningcpu: "qemu64,+aes,enforce,+kvm_pv_eoi,+kvm_pv_unhalt,+pni,+popcnt,+sse4.1,+sse4.2,+ssse3",
};

/** The storage for a VM's memory: as configured, else a shared one, else that of a disk. */
function stateStorage(cluster: Cluster, guest: Guest): string {
  const { vmstatestorage } = guest.config;
  if (vmstatestorage !== undefined) return String(vmstatestorage);
  const used = disksOf("qemu", guest.config).filter((disk) => !disk.cdrom)
    .map((disk) => splitVolid(disk.volid).storage);
  return used.find((storage) => cluster.storages.isShared(storage)) ?? used[0] ?? "local";
}

/** Writes the memory of a VM to a volume, and notes that in a configuration. */
export function keepState(
  cluster: Cluster,
  guest: Guest,
  name: string,
  config: GuestConfig = guest.config,
): Volume {
  const volume = cluster.storages.allocate({
    storage: stateStorage(cluster, guest),
    node: guest.node,
    vmid: guest.vmid,
    guest: "qemu",
    size: 2 * memoryBytes(guest) + 500 * MIB,
    format: "raw",
    suffix: `state-${name}`,
  });
  Object.assign(config, RUNNING, { vmstate: volume.volid });
  return volume;
}

/** Removes the state that a VM was suspended to. */
function dropState(cluster: Cluster, guest: Guest): void {
  const { vmstate } = guest.config;
  if (vmstate !== undefined) cluster.storages.remove(String(vmstate), guest.node);
  for (const key of ["lock", "vmstate", ...Object.keys(RUNNING)]) delete guest.config[key];
}

export function stopNow(cluster: Cluster, guest: Guest): void {
  if (guest.status === "running") guest.endedMs = cluster.nowMs();
  guest.status = "stopped";
  guest.qmpstatus = "running";
  applyPending(cluster, guest);
}
