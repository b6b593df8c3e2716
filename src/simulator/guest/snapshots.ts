/**
 * Snapshots: a tree per guest, with the configuration of each. Source: PVE::AbstractConfig.
 *
 * @module
 */
import type { Cluster } from "../core/cluster.ts";
import type { Guest, GuestConfig, Snapshot } from "../core/model.ts";
import { flag, named, text } from "../params.ts";
import { failed } from "../refusal.ts";
import { isVolid, splitVolid } from "../storage/storages.ts";
import type { Call, Entry } from "../types.ts";
import { disksOf, isTemplate, isUnusedKey, memoryBytes } from "./config.ts";
import { digestOfGuest } from "./digest.ts";
import { assertUnlocked, both, type ClusterHandlers, guestTask, snapshotOf } from "./find.ts";
import { kindOf, workerType } from "./names.ts";
import { startNow, stopNow } from "./state.ts";

/** True when the storages of all volumes of a guest can keep snapshots. */
export function canSnapshot(cluster: Cluster, guest: Guest): boolean {
  return disksOf(guest.type, guest.config).every((disk) => {
    if (disk.cdrom) return true;
    if (!isVolid(disk.volid)) return !disk.volid.startsWith("/");
    const volume = cluster.storages.find(disk.volid, guest.node);
    return cluster.storages.kind(splitVolid(disk.volid).storage).snapshots(volume?.format ?? "raw");
  });
}

/** The configuration that a snapshot keeps: all but what is about the snapshots themselves. */
function kept(config: GuestConfig): GuestConfig {
  const { lock: _lock, parent: _parent, digest: _digest, ...rest } = config;
  return rest;
}

function lines(guest: Guest, verb: (disk: string, volid: string) => string): string[] {
  return disksOf(guest.type, guest.config).filter((disk) => !disk.cdrom)
    .map((disk) => verb(disk.key, disk.volid));
}

function create(cluster: Cluster, guest: Guest, call: Call): string {
  const name = named(call, "snapname");
  if (name === "current" || name === "pending") {
    throw failed(`unable to use snapshot name '${name}' (reserved name)`);
  }
  const vmstate = flag(call, "vmstate") ?? false;
  const description = text(call, "description");
  const { lock } = guest.config;
  const isUsable = lock === undefined && !guest.snapshots.has(name) && !isTemplate(guest) &&
    canSnapshot(cluster, guest);
  if (isUsable) guest.config.lock = "snapshot";
  const unlock = (): void => {
    if (isUsable) delete guest.config.lock;
  };
  return guestTask(cluster, guest, call, {
    type: workerType(guest.type, "snapshot"),
    ms: vmstate ? 2_500 : 1_500,
    log: lines(
      guest,
      (key, volid) =>
        guest.type === "qemu"
          ? `snapshotting 'drive-${key}' (${volid})`
          : `create snapshot '${name}' of volume '${volid}'`,
    ),
    undo: unlock,
    finish: () => {
      // The worker looks when it begins.
      if (lock !== undefined) throw failed(`${kindOf(guest.type)} is locked (${lock})`);
      if (isTemplate(guest)) throw failed("you can't take a snapshot if it's a template");
      if (guest.snapshots.has(name)) throw failed(`snapshot name '${name}' already used`);
      if (!isUsable) throw failed("snapshot feature is not available");
      unlock();
      addSnapshot(cluster, guest, name, { vmstate, description });
    },
  });
}

/** Takes a snapshot now. */
export function addSnapshot(
  cluster: Cluster,
  guest: Guest,
  name: string,
  options: { readonly vmstate: boolean; readonly description: string | undefined },
): void {
  const { parent } = guest.config;
  const withState = options.vmstate && guest.type === "qemu" && guest.status === "running";
  const snapshot: Snapshot = {
    config: structuredClone(kept(guest.config)),
    snaptime: cluster.now(),
    vmstate: withState,
  };
  if (withState) {
    const [disk] = disksOf(guest.type, guest.config).filter((each) => !each.cdrom);
    const volume = cluster.storages.allocate({
      storage: splitVolid(disk?.volid ?? "local:").storage,
      node: guest.node,
      vmid: guest.vmid,
      guest: "qemu",
      size: memoryBytes(guest),
      format: "raw",
      suffix: `state-${name}`,
    });
    snapshot.config.vmstate = volume.volid;
  }
  if (options.description !== undefined) snapshot.description = options.description;
  if (parent !== undefined) snapshot.parent = String(parent);
  guest.snapshots.set(name, snapshot);
  guest.config.parent = name;
}

function remove(cluster: Cluster, guest: Guest, call: Call): string {
  const name = named(call, "snapname");
  return guestTask(cluster, guest, call, {
    type: workerType(guest.type, "delsnapshot"),
    ms: 1_500,
    finish: () => {
      const snapshot = snapshotOf(guest, name);
      assertUnlocked(guest);
      guest.snapshots.delete(name);
      const { vmstate } = snapshot.config;
      if (vmstate !== undefined) cluster.storages.remove(String(vmstate), guest.node);
      for (const other of guest.snapshots.values()) {
        if (other.parent === name) reparent(other, snapshot.parent);
      }
      if (guest.config.parent !== name) return;
      if (snapshot.parent === undefined) delete guest.config.parent;
      else guest.config.parent = snapshot.parent;
    },
  });
}

function reparent(snapshot: Snapshot, parent: string | undefined): void {
  if (parent === undefined) delete snapshot.parent;
  else snapshot.parent = parent;
}

function rollback(cluster: Cluster, guest: Guest, call: Call): string {
  const name = named(call, "snapname");
  const start = flag(call, "start") ?? false;
  return guestTask(cluster, guest, call, {
    type: workerType(guest.type, "rollback"),
    ms: 2_000,
    finish: () => {
      const snapshot = snapshotOf(guest, name);
      assertUnlocked(guest);
      if (isTemplate(guest)) throw failed("you can't rollback if vm is a template");
      assertNewest(cluster, guest, name);
      if (guest.status === "running") stopNow(cluster, guest);
      const { vmstate: _vmstate, ...config } = structuredClone(snapshot.config);
      const unused = Object.entries(guest.config).filter(([key]) => isUnusedKey(key));
      guest.config = { ...config, ...Object.fromEntries(unused), parent: name };
      guest.pending = {};
      guest.pendingDelete.clear();
      if (start || snapshot.vmstate) startNow(cluster, guest);
    },
  });
}

/** ZFS can only go back to the newest snapshot. */
function assertNewest(cluster: Cluster, guest: Guest, name: string): void {
  const newest = [...guest.snapshots.keys()].at(-1);
  if (newest === name) return;
  for (const disk of disksOf(guest.type, guest.config)) {
    const { storage } = splitVolid(disk.volid);
    if (cluster.storages.definitions.get(storage)?.type !== "zfspool") continue;
    throw failed(`can't rollback, '${name}' is not most recent snapshot on '${disk.volid}'`);
  }
}

function list(_cluster: Cluster, guest: Guest): Entry[] {
  const rows: Entry[] = [];
  for (const [name, { snaptime, description, parent, vmstate }] of guest.snapshots) {
    const row: Entry = { name, snaptime, description: description ?? "" };
    if (guest.type === "qemu") row.vmstate = vmstate ? 1 : 0;
    if (parent !== undefined) row.parent = parent;
    rows.push(row);
  }
  const current: Entry = {
    name: "current",
    description: "You are here!",
    digest: digestOfGuest(guest),
    running: guest.status === "running" ? 1 : 0,
  };
  if (guest.config.parent !== undefined) current.parent = guest.config.parent;
  return [...rows, current];
}

function readConfig(_cluster: Cluster, guest: Guest, call: Call): Entry {
  const snapshot = snapshotOf(guest, named(call, "snapname"));
  const { config, snaptime, description, parent } = snapshot;
  const entry: Entry = { ...config, snaptime };
  if (description !== undefined) entry.description = description;
  if (parent !== undefined) entry.parent = parent;
  return entry;
}

function updateConfig(_cluster: Cluster, guest: Guest, call: Call): null {
  const snapshot = snapshotOf(guest, named(call, "snapname"));
  const description = text(call, "description");
  if (description !== undefined) snapshot.description = description;
  return null;
}

/** Handlers of snapshots. */
export const snapshotHandlers: ClusterHandlers = {
  ...both("GET /nodes/{node}/{type}/{vmid}/snapshot", list),
  ...both("POST /nodes/{node}/{type}/{vmid}/snapshot", create),
  ...both("DELETE /nodes/{node}/{type}/{vmid}/snapshot/{snapname}", remove),
  ...both("POST /nodes/{node}/{type}/{vmid}/snapshot/{snapname}/rollback", rollback),
  ...both("GET /nodes/{node}/{type}/{vmid}/snapshot/{snapname}/config", readConfig),
  ...both("PUT /nodes/{node}/{type}/{vmid}/snapshot/{snapname}/config", updateConfig),
};
