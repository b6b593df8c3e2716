/**
 * Snapshots: a tree per guest, with the configuration of each. Source: PVE::AbstractConfig.
 *
 * @module
 */
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handlers } from "../core/handler.ts";
import type { Guest, GuestConfig, Snapshot, Volume } from "../core/model.ts";
import { flag, named, text } from "../core/params.ts";
import { failed } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { isVolid, splitVolid } from "../storage/storages.ts";
import { addUnused, disksOf, hasAgent, isTemplate, isUnusedKey } from "./config.ts";
import { digestOfGuest } from "./digest.ts";
import { assertUnlocked, guestHandlers, guestTask, snapshotOf, withLock } from "./find.ts";
import { kindOf, workerType } from "./names.ts";
import { powerTask } from "./power.ts";
import { formattingLines } from "./progress.ts";
import { keepState, startNow, stopNow } from "./state.ts";

/** True when the storages of all volumes of a guest can keep snapshots. */
export function canSnapshot(cluster: Cluster, guest: Guest): boolean {
  return disksOf(guest.type, guest.config).every((disk) => {
    if (disk.cdrom) return true;
    if (!isVolid(disk.volid)) return !disk.volid.startsWith("/");
    const volume = cluster.storages.find(disk.volid, guest.node);
    return cluster.storages.kind(splitVolid(disk.volid).storage).snapshots(volume?.format ?? "raw");
  });
}

/** What is about a guest's snapshots, its locks and volumes of no use is in none of them. */
const NOT_KEPT = /^(?:lock|digest|description|snaptime|snapstate|vmstate|unused\d+)$/;

/** The configuration that a snapshot keeps, or that is gone back to. */
function kept(config: GuestConfig): GuestConfig {
  return Object.fromEntries(Object.entries(config).filter(([key]) => !NOT_KEPT.test(key)));
}

function lines(guest: Guest, verb: (disk: string, volid: string) => string): string[] {
  return disksOf(guest.type, guest.config).filter((disk) => !disk.cdrom)
    .map((disk) => verb(disk.key, disk.volid));
}

/** Why a snapshot cannot be taken, or undefined; the worker looks when it begins. */
function obstacle(cluster: Cluster, guest: Guest, name: string): string | undefined {
  if (isTemplate(guest)) return "you can't take a snapshot if it's a template";
  const { lock } = guest.config;
  if (lock !== undefined) return `${kindOf(guest.type)} is locked (${lock})`;
  if (guest.snapshots.has(name)) return `snapshot name '${name}' already used`;
  return canSnapshot(cluster, guest) ? undefined : "snapshot feature is not available";
}

function create(cluster: Cluster, guest: Guest, call: Call): string {
  const name = named(call, "snapname");
  const isReserved = name === "current" || name.toLowerCase() === "pending";
  if (isReserved) {
    const reserved = name === "current" ? "current" : "pending";
    throw failed(`unable to use snapshot name '${reserved}' (reserved name)`);
  }
  const vmstate = flag(call, "vmstate") ?? false;
  const description = text(call, "description");
  const wrong = obstacle(cluster, guest, name);
  const isTaken = wrong === undefined;
  if (isTaken) guest.config.lock = "snapshot";
  const unlock = (): void => {
    if (isTaken) delete guest.config.lock;
  };
  return guestTask(cluster, guest, call, {
    type: workerType(guest.type, "snapshot"),
    ms: vmstate ? 2_500 : 1_500,
    log: wrong === undefined && !vmstate
      ? [...freezeLines(cluster, guest), ...creationLog(guest, name)]
      : [],
    undo: unlock,
    finish: () => {
      if (wrong !== undefined) throw failed(wrong);
      unlock();
      const state = addSnapshot(cluster, guest, name, { vmstate, description });
      if (!vmstate) return [];
      return [...stateLines(cluster, state), ...creationLog(guest, name)];
    },
  });
}

/** What a worker says of the file systems inside of a VM that goes on running. */
export function freezeLines(cluster: Cluster, guest: Guest): string[] {
  const isAsked = guest.type === "qemu" && guest.status === "running" && hasAgent(guest.config);
  if (!isAsked || (guest.agentRuns && !cluster.isDeaf(guest))) return [];
  return ["skipping guest filesystem freeze - agent configured but not running?"];
}

/** What a worker prints while it saves the memory. */
function stateLines(cluster: Cluster, state: Volume | undefined): string[] {
  if (!state) return [];
  return [
    ...formattingLines(cluster, state),
    `saving VM state and RAM using storage '${splitVolid(state.volid).storage}'`,
    "291.00 B in 0s",
    "completed saving the VM state in 0s, saved 2.90 MiB",
  ];
}

function creationLog(guest: Guest, name: string): string[] {
  const isInternal = guest.type === "qemu" && guest.status === "running";
  return lines(
    guest,
    (key, volid) =>
      guest.type === "qemu"
        ? `snapshotting 'drive-${key}' (${volid})`
        : `create snapshot '${name}' of volume '${volid}'`,
  ).flatMap((line) =>
    isInternal && line.includes(".qcow2") ? [line, "internal qemu snapshot"] : [line]
  );
}

/** Takes a snapshot now, or as it would have been taken at another time. */
export function addSnapshot(
  cluster: Cluster,
  guest: Guest,
  name: string,
  options: {
    readonly vmstate: boolean;
    readonly description: string | undefined;
    /** Seconds since 1970; now unless said otherwise. */
    readonly snaptime?: number;
  },
): Volume | undefined {
  const vmstate = options.vmstate && guest.type === "qemu" && guest.status === "running";
  const { parent } = guest.config;
  const config = structuredClone(kept(guest.config));
  delete config.parent;
  const snapshot: Snapshot = { config, snaptime: options.snaptime ?? cluster.now(), vmstate };
  const state = vmstate ? keepState(cluster, guest, name, config) : undefined;
  if (options.description) snapshot.description = options.description;
  if (parent !== undefined) snapshot.parent = String(parent);
  for (const other of guest.snapshots.values()) {
    // A snapshot of that name was there before: what came after it must not come before it too.
    if (other.parent === name) delete other.parent;
  }
  guest.snapshots.set(name, snapshot);
  guest.config.parent = name;
  return state;
}

function remove(cluster: Cluster, guest: Guest, call: Call): string {
  const name = named(call, "snapname");
  const task = { type: workerType(guest.type, "delsnapshot"), ms: 1_500 };
  if (!guest.snapshots.has(name)) {
    return guestTask(cluster, guest, call, { ...task, finish: () => void snapshotOf(guest, name) });
  }
  const { release, undo } = withLock(guest, "snapshot-delete");
  return guestTask(cluster, guest, call, {
    ...task,
    undo,
    finish: () => {
      release();
      const snapshot = snapshotOf(guest, name);
      if (isTemplate(guest)) throw failed("you can't delete a snapshot if vm is a template");
      guest.snapshots.delete(name);
      const { vmstate } = snapshot.config;
      if (vmstate !== undefined) cluster.storages.remove(String(vmstate), guest.node);
      for (const other of guest.snapshots.values()) {
        if (other.parent === name) reparent(other, snapshot.parent);
      }
      for (const volid of orphans(guest, snapshot)) addUnused(guest.config, volid);
      if (guest.config.parent !== name) return;
      if (snapshot.parent === undefined) delete guest.config.parent;
      else guest.config.parent = snapshot.parent;
    },
  });
}

function volidsOf(guest: Guest, config: GuestConfig): string[] {
  return disksOf(guest.type, config).filter((disk) => !disk.cdrom && isVolid(disk.volid))
    .map((disk) => disk.volid);
}

/** Volumes of a snapshot that neither the guest nor another snapshot uses any more. */
function orphans(guest: Guest, snapshot: Snapshot): string[] {
  const configs = [guest.config, ...[...guest.snapshots.values()].map(({ config }) => config)];
  const used = new Set(configs.flatMap((config) => volidsOf(guest, config)));
  return volidsOf(guest, snapshot.config).filter((volid) => !used.has(volid));
}

function reparent(snapshot: Snapshot, parent: string | undefined): void {
  if (parent === undefined) delete snapshot.parent;
  else snapshot.parent = parent;
}

function rollback(cluster: Cluster, guest: Guest, call: Call): string {
  const name = named(call, "snapname");
  const task = { type: workerType(guest.type, "rollback"), ms: 2_000 };
  const assertPossible = (): void => {
    if (isTemplate(guest)) throw failed("you can't rollback if vm is a template");
    snapshotOf(guest, name);
    assertNewest(cluster, guest, name);
  };
  if (isTemplate(guest) || !guest.snapshots.has(name)) {
    return guestTask(cluster, guest, call, { ...task, finish: assertPossible });
  }
  const { release, undo } = withLock(guest, "rollback");
  return guestTask(cluster, guest, call, {
    ...task,
    undo,
    finish: () => {
      assertPossible();
      release();
      const snapshot = snapshotOf(guest, name);
      if (guest.status === "running") stopNow(cluster, guest);
      restoreConfig(guest, name, snapshot);
      if (snapshot.vmstate) startNow(cluster, guest);
      else if (flag(call, "start")) powerTask(cluster, guest, call.user, "start");
    },
  });
}

/** Puts a snapshot's configuration in place; the notes stay, and volumes that it has not are kept. */
function restoreConfig(guest: Guest, name: string, snapshot: Snapshot): void {
  const before = guest.config;
  const config: GuestConfig = { ...structuredClone(kept(snapshot.config)), parent: name };
  for (const key of ["runningmachine", "runningcpu"]) delete config[key];
  for (const [key, value] of Object.entries(before)) {
    if (isUnusedKey(key) || key === "description") config[key] = value;
  }
  const used = new Set(volidsOf(guest, config));
  for (const volid of volidsOf(guest, before)) {
    if (!used.has(volid)) addUnused(config, volid);
  }
  guest.config = config;
  guest.pending = {};
  guest.pendingDelete.clear();
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
  const description = text(call, "description");
  if (description === undefined) return null;
  assertUnlocked(guest);
  snapshotOf(guest, named(call, "snapname")).description = description;
  return null;
}

/** Handlers of snapshots. */
export const handlers: Handlers = {
  ...guestHandlers("GET /nodes/{node}/{type}/{vmid}/snapshot", list),
  ...guestHandlers("POST /nodes/{node}/{type}/{vmid}/snapshot", create),
  ...guestHandlers("DELETE /nodes/{node}/{type}/{vmid}/snapshot/{snapname}", remove),
  ...guestHandlers("POST /nodes/{node}/{type}/{vmid}/snapshot/{snapname}/rollback", rollback),
  ...guestHandlers("GET /nodes/{node}/{type}/{vmid}/snapshot/{snapname}/config", readConfig),
  ...guestHandlers("PUT /nodes/{node}/{type}/{vmid}/snapshot/{snapname}/config", updateConfig),
};
