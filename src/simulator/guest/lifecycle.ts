/**
 * What creating, cloning and restoring have in common: a number that is taken at once, a guest that
 * is locked until it is there, and its end when the task fails.
 *
 * @module
 */
import { privilegesOn } from "../access/privileges.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Guest, GuestType } from "../core/model.ts";
import { failed, forbidden } from "../core/refusal.ts";
import { isVolid } from "../storage/storages.ts";
import { disksOf, unusedVolumes } from "./config.ts";
import { kindOf } from "./names.ts";

/** Refuses a number that is taken. */
export function assertFree(cluster: Cluster, vmid: number, prefix = ""): void {
  const taken = cluster.guests.get(vmid);
  if (!taken) return;
  throw failed(`${prefix}${kindOf(taken.type)} ${vmid} already exists on node '${taken.node}'`);
}

/** Refuses a caller that may neither make this guest nor any in the pool. */
export function assertMayAllocate(
  cluster: Cluster,
  call: Call,
  vmid: number,
  pool: string | undefined,
): void {
  const may = (path: string): boolean => privilegesOn(cluster, call.user, path).has("VM.Allocate");
  if (pool !== undefined && !cluster.table("pools").has(pool)) {
    throw forbidden(`pool '${pool}' does not exist`);
  }
  if (may(`/vms/${vmid}`) || (pool !== undefined && may(`/pool/${pool}`))) return;
  throw forbidden();
}

/** A guest that is locked and empty. */
export function newGuest(
  cluster: Cluster,
  options: {
    readonly vmid: number;
    readonly type: GuestType;
    readonly node: string;
    readonly lock: string;
    readonly pool?: string | undefined;
  },
): Guest {
  const { vmid, type, node, lock, pool } = options;
  const guest: Guest = {
    vmid,
    type,
    node,
    status: "stopped",
    qmpstatus: "running",
    startTime: 0,
    pid: 0,
    config: { lock },
    pending: {},
    pendingDelete: new Map(),
    snapshots: new Map(),
    load: cluster.random(),
    agentRuns: false,
  };
  cluster.guests.set(vmid, guest);
  if (pool !== undefined) cluster.table("pools").get(pool)?.vms.add(vmid);
  return guest;
}

/** Removes a guest, all of its volumes and its place in a pool; answers the volumes. */
export function removeGuest(cluster: Cluster, guest: Guest): string[] {
  const removed: string[] = [];
  const configs = [guest.config, ...[...guest.snapshots.values()].map(({ config }) => config)];
  for (const config of configs) {
    const volids = [
      ...disksOf(guest.type, config)
        .filter((disk) => !disk.cdrom || disk.volid.includes("cloudinit"))
        .map((disk) => disk.volid),
      ...unusedVolumes(config).map(([, volid]) => volid),
      String(config.vmstate ?? ""),
    ];
    for (const volid of volids) {
      if (isVolid(volid) && cluster.storages.remove(volid, guest.node)) removed.push(volid);
    }
  }
  cluster.guests.delete(guest.vmid);
  for (const { vms } of cluster.table("pools").values()) vms.delete(guest.vmid);
  return removed;
}
