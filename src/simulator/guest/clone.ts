/**
 * Clones, full and linked. Sources: PVE::API2::Qemu, PVE::API2::LXC.
 *
 * @module
 */
import type { Cluster } from "../core/cluster.ts";
import type { Guest, GuestConfig } from "../core/model.ts";
import { flag, number, text } from "../params.ts";
import { failed } from "../refusal.ts";
import { isVolid, splitVolid } from "../storage/storages.ts";
import type { Call } from "../types.ts";
import { assertFree, assertMayAllocate, newGuest, removeGuest } from "./births.ts";
import { type Disk, disksOf, isNetKey, isTemplate, printMoved } from "./config.ts";
import { newIdentity, withNewMac } from "./configure.ts";
import { assertUnlocked, both, type ClusterHandlers, guestTask, snapshotOf } from "./find.ts";
import { kindOf, workerType } from "./names.ts";
import { transferLines } from "./progress.ts";

interface Plan {
  readonly full: boolean;
  readonly config: GuestConfig;
  readonly storage: string | undefined;
  readonly format: string | undefined;
}

function copied(disk: Disk): boolean {
  return !disk.cdrom && isVolid(disk.volid);
}

/** Linked clones need a base, and a storage that can branch off. */
function assertLinkable(cluster: Cluster, guest: Guest, disks: readonly Disk[]): void {
  for (const disk of disks) {
    const kind = cluster.storages.kind(splitVolid(disk.volid).storage);
    const format = cluster.storages.find(disk.volid, guest.node)?.format ?? "raw";
    if (isTemplate(guest) && kind.snapshots(format)) continue;
    throw failed(
      guest.type === "qemu"
        ? `Linked clone feature is not supported for drive '${disk.key}'`
        : `Linked clone feature for '${disk.volid}' is not available`,
    );
  }
}

/** A guest on local storages cannot be cloned to another node. */
function assertShared(
  cluster: Cluster,
  guest: Guest,
  disks: readonly Disk[],
  storage: string | undefined,
  node: string,
): void {
  const kind = kindOf(guest.type);
  if (storage !== undefined && !cluster.storages.isShared(storage)) {
    throw failed(`can't clone to non-shared storage '${storage}'`);
  }
  const isLocal = (disk: Disk): boolean =>
    !cluster.storages.isShared(storage ?? splitVolid(disk.volid).storage);
  if (disks.some(isLocal)) {
    throw failed(`can't clone ${kind} to node '${node}' (${kind} uses local storage)`);
  }
}

function cloneDisk(
  cluster: Cluster,
  source: Guest,
  target: Guest,
  disk: Disk,
  plan: Plan,
): string {
  const volume = cluster.storages.requireVolume(disk.volid, source.node);
  const made = cluster.storages.allocate({
    storage: plan.storage ?? splitVolid(disk.volid).storage,
    node: target.node,
    vmid: target.vmid,
    guest: source.type,
    size: volume.size,
    format: plan.format ?? (plan.storage === undefined ? volume.format : undefined),
    ...(plan.full ? {} : { parent: disk.volid }),
  });
  return printMoved(source.type, disk.properties, made.volid);
}

function build(cluster: Cluster, source: Guest, target: Guest, call: Call, plan: Plan): void {
  const config: GuestConfig = {};
  for (const [key, value] of Object.entries(plan.config)) {
    if (/^(?:unused\d+|template|lock|parent|snaptime|vmstate|onboot|protection)$/.test(key)) {
      continue;
    }
    config[key] = isNetKey(key) ? withNewMac(cluster, source, String(value)) : value;
  }
  if (source.type === "qemu") {
    config.name = text(call, "name") ?? `Copy-of-VM-${config.name ?? source.vmid}`;
  } else {
    config.hostname = text(call, "hostname") ?? config.hostname ?? `CT${target.vmid}`;
  }
  const description = text(call, "description");
  if (description !== undefined) config.description = description;
  if (source.type === "qemu") Object.assign(config, newIdentity(cluster));
  for (const disk of disksOf(source.type, plan.config).filter(copied)) {
    config[disk.key] = cloneDisk(cluster, source, target, disk, plan);
    target.config[disk.key] = config[disk.key] ?? "";
  }
  target.config = config;
  target.agentRuns = source.agentRuns;
}

function logOf(guest: Guest, disks: readonly Disk[], full: boolean): string[] {
  return disks.flatMap((disk) => {
    const what = guest.type === "qemu" ? `drive ${disk.key}` : `mountpoint ${disk.key}`;
    const head = `create ${full ? "full" : "linked"} clone of ${what} (${disk.volid})`;
    return full ? [head, ...transferLines(disk.size)] : [head];
  });
}

function clone(cluster: Cluster, guest: Guest, call: Call): string {
  const newid = number(call, "newid") ?? 0;
  const pool = text(call, "pool");
  assertMayAllocate(cluster, call, newid, pool);
  const snapname = text(call, "snapname");
  const plan: Plan = {
    full: flag(call, "full") ?? !isTemplate(guest),
    config: snapname === undefined ? guest.config : snapshotOf(guest, snapname).config,
    storage: text(call, "storage"),
    format: text(call, "format"),
  };
  const node = text(call, "target") ?? guest.node;
  if (!cluster.nodes.has(node)) throw failed(`no such cluster node '${node}'`);
  if (plan.storage !== undefined) {
    if (!plan.full) throw failed("parameter 'storage' not allowed for linked clones");
    cluster.storages.require(plan.storage, node);
  }
  if (plan.format !== undefined && !plan.full) {
    throw failed("parameter 'format' not allowed for linked clones");
  }
  const disks = disksOf(guest.type, plan.config).filter(copied);
  assertUnlocked(guest);
  assertFree(cluster, newid);
  if (!plan.full) assertLinkable(cluster, guest, disks);
  if (node !== guest.node) assertShared(cluster, guest, disks, plan.storage, node);
  if (guest.type === "lxc" && plan.full && guest.status === "running" && snapname === undefined) {
    throw failed("Cannot do full clones on a running container without snapshots");
  }
  const isVm = guest.type === "qemu";
  const lock = isVm ? "clone" : "create";
  const target = newGuest(cluster, { vmid: newid, type: guest.type, node, lock, pool });
  if (!isVm) guest.config.lock = "disk";
  const unlock = (): void => {
    if (!isVm) delete guest.config.lock;
  };
  return guestTask(cluster, guest, call, {
    type: workerType(guest.type, "clone"),
    ms: plan.full ? 3_000 : 1_500,
    log: logOf(guest, disks, plan.full),
    undo: () => {
      unlock();
      removeGuest(cluster, target);
    },
    finish: () => {
      unlock();
      build(cluster, guest, target, call, plan);
    },
  });
}

/** Handlers of clones. */
export const cloneHandlers: ClusterHandlers = both(
  "POST /nodes/{node}/{type}/{vmid}/clone",
  clone,
);
