/**
 * Clones, full and linked. Sources: PVE::API2::Qemu, PVE::API2::LXC.
 *
 * @module
 */
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handlers } from "../core/handler.ts";
import type { Guest, GuestConfig } from "../core/model.ts";
import { flag, number, text } from "../core/params.ts";
import { during, failed, invalid } from "../core/refusal.ts";
import { knownFormat } from "../storage/kinds.ts";
import { isVolid, splitVolid } from "../storage/storages.ts";
import { assertBridgesPermitted } from "./bridges.ts";
import { copyFirewall } from "./cleanup.ts";
import { type Disk, disksOf, isNetKey, isTemplate, parseDisk, printMoved } from "./config.ts";
import {
  assertPrivilege,
  assertUnlocked,
  guestHandlers,
  guestTask,
  listedGuestHandler,
  snapshotOf,
} from "./find.ts";
import { assertFree, assertMayAllocate, newGuest, removeGuest } from "./lifecycle.ts";
import { kindOf, workerType } from "./names.ts";
import { formattingLines, transferLines } from "./progress.ts";
import { assertNoHostDevices } from "./root_options.ts";
import { freezeLines } from "./snapshots.ts";
import { renewIdentity, withNewMac } from "./values.ts";

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
      guest.type === "lxc"
        ? `Linked clone feature for '${disk.volid}' is not available`
        : cluster.release === "8.4"
        ? `Linked clone feature is not supported for drive '${disk.key}'`
        : `Linked clone feature is not supported for '${disk.volid}' (${disk.key})`,
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
  // Of a VM the disks and images as they are count, wherever the copies are to go.
  const isLocal = ({ volid }: Disk): boolean =>
    isVolid(volid) && !cluster.storages.isShared(
      guest.type === "lxc" && storage !== undefined ? storage : splitVolid(volid).storage,
    );
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
    used: plan.full ? volume.used ?? volume.size : 0,
    format: knownFormat(
      cluster.storages.kind(plan.storage ?? splitVolid(disk.volid).storage),
      plan.format ?? (plan.storage === undefined ? volume.format : undefined),
    ),
    ...(plan.full ? {} : { parent: disk.volid }),
  });
  return printMoved(source.type, disk.key, disk.properties, made.volid);
}

/** What is of the source alone: its snapshots, unused volumes, locks, and being a template. */
const OWN = /^(?:unused\d+|template|lock|parent|snaptime|vmstate|running\w+)$/;

function build(cluster: Cluster, source: Guest, target: Guest, call: Call, plan: Plan): void {
  const config: GuestConfig = {};
  for (const [key, value] of Object.entries(plan.config)) {
    if (OWN.test(key)) continue;
    config[key] = isNetKey(key) ? withNewMac(cluster, source, key, String(value)) : value;
  }
  if (source.type === "qemu") {
    config.name = text(call, "name") ?? `Copy-of-VM-${config.name ?? source.vmid}`;
    renewIdentity(cluster, config);
  } else {
    config.hostname = text(call, "hostname") ?? config.hostname ?? `CT${target.vmid}`;
  }
  const description = text(call, "description");
  if (description !== undefined) config.description = description;
  for (const disk of disksOf(source.type, plan.config).filter(copied)) {
    config[disk.key] = cloneDisk(cluster, source, target, disk, plan);
    target.config[disk.key] = config[disk.key] ?? "";
  }
  target.config = config;
  target.agentRuns = source.agentRuns;
}

function headline({ type, vmid }: Guest, newid: number): string {
  return `creating a clone of ${kindOf(type)} ${vmid} with ID ${newid}`;
}

/** What a worker prints while it copies a disk: of a VM that runs, a mirror does. */
function cloneLines(
  cluster: Cluster,
  source: Guest,
  target: Guest,
  { key, volid }: Disk,
  full: boolean,
): string[] {
  const isVm = source.type === "qemu";
  const what = `${isVm ? "drive" : "mountpoint"} ${key} (${volid})`;
  if (!full) return [`create linked clone of ${what}`];
  const made = parseDisk(target.type, key, String(target.config[key])).volid;
  const volume = cluster.storages.find(made, target.node);
  if (!volume) return [];
  const head = [`create full clone of ${what}`, ...formattingLines(cluster, volume)];
  if (!isVm) return head;
  const allocated = [...head, `allocated target volume '${made}'`];
  if (source.status !== "running") return allocated;
  const job = `mirror-${key}`;
  return [
    ...allocated,
    `drive mirror is starting for drive-${key}`,
    "all 'mirror' jobs are ready",
    ...freezeLines(cluster, source),
    "suspend vm",
    `${job}: Cancelling block job`,
    `${job}: Done.`,
    "resume vm",
  ];
}

/** Refuses a storage that cannot take the copies, on this node and on the one they are for. */
function assertTarget(cluster: Cluster, guest: Guest, storage: string, node: string): void {
  const definition = cluster.storages.require(storage, guest.node);
  const isVm = guest.type === "qemu";
  if (!cluster.storages.content(definition).includes(isVm ? "images" : "rootdir")) {
    const label = isVm ? "vm images" : "container directories";
    throw invalid({ storage: `storage '${storage}' does not support ${label}` });
  }
  if (node === guest.node) return;
  cluster.storages.require(storage, node);
  if (!cluster.storages.isShared(storage)) {
    throw failed(`can't clone to non-shared storage '${storage}'`);
  }
}

/** Refuses a number that is taken on the source's node, or for containers on any. */
function assertNumberFree(cluster: Cluster, guest: Guest, newid: number): void {
  const taken = cluster.guests.get(newid);
  if (taken?.node === guest.node) {
    throw failed(`unable to create ${kindOf(guest.type)} ${newid}: config file already exists`);
  }
  if (guest.type === "lxc") assertFree(cluster, newid);
}

/** The refusal of a VM's number that is taken on another node: only its worker finds out. */
function assertFileFree(cluster: Cluster, guest: Guest, newid: number): void {
  if (!cluster.guests.has(newid)) return;
  const file = `/etc/pve/nodes/${guest.node}/qemu-server/${newid}.conf`;
  throw failed(`close (rename) atomic file '${file}' failed: File exists`);
}

function planOf(cluster: Cluster, guest: Guest, call: Call, node: string): Plan {
  const storage = text(call, "storage");
  if (storage !== undefined) assertTarget(cluster, guest, storage, node);
  assertUnlocked(guest);
  const snapname = text(call, "snapname");
  const config = snapname === undefined ? guest.config : snapshotOf(guest, snapname).config;
  const plan: Plan = {
    full: flag(call, "full") ?? !isTemplate(guest),
    config,
    storage,
    format: text(call, "format"),
  };
  for (const option of ["storage", "format"] as const) {
    if (plan[option] === undefined || plan.full) continue;
    throw failed(`parameter '${option}' not allowed for linked clones`);
  }
  return plan;
}

function clone(cluster: Cluster, guest: Guest, call: Call): string {
  const newid = number(call, "newid") ?? 0;
  const pool = text(call, "pool");
  assertMayAllocate(cluster, call, newid, pool);
  const node = text(call, "target") ?? guest.node;
  if (!cluster.nodes.has(node)) throw failed(`no such cluster node '${node}'`);
  const plan = planOf(cluster, guest, call, node);
  const disks = disksOf(guest.type, plan.config).filter(copied);
  for (const disk of disks) {
    const storage = plan.storage ?? splitVolid(disk.volid).storage;
    assertPrivilege(cluster, call, `/storage/${storage}`, "Datastore.AllocateSpace");
  }
  if (guest.type === "qemu") assertNoHostDevices(call, plan.config);
  assertBridgesPermitted(cluster, call, guest.type, plan.config);
  const all = disksOf(guest.type, plan.config);
  if (node !== guest.node) assertShared(cluster, guest, all, plan.storage, node);
  const mount = guest.type === "lxc" ? all.find(({ volid }) => !isVolid(volid)) : undefined;
  if (mount) {
    const type = mount.volid.startsWith("/dev/") ? "device" : "bind";
    throw failed(`unable to clone mountpoint '${mount.key}' (type ${type})`);
  }
  assertNumberFree(cluster, guest, newid);
  if (!plan.full) assertLinkable(cluster, guest, disks);
  const isRunning = guest.status === "running" && text(call, "snapname") === undefined;
  if (guest.type === "lxc" && plan.full && isRunning) {
    throw failed("Full clone of a running container is only possible from a snapshot");
  }
  return startClone(cluster, guest, call, { plan, newid, node, pool });
}

interface NewGuest {
  readonly plan: Plan;
  readonly newid: number;
  readonly node: string;
  readonly pool: string | undefined;
}

function startClone(cluster: Cluster, guest: Guest, call: Call, birth: NewGuest): string {
  const { plan, newid, node, pool } = birth;
  const isVm = guest.type === "qemu";
  const disks = disksOf(guest.type, plan.config).filter(copied);
  const isFree = !cluster.guests.has(newid);
  const lock = isVm ? "clone" : "create";
  const target = isFree
    ? newGuest(cluster, { vmid: newid, type: guest.type, node, lock, pool })
    : undefined;
  if (!isVm) guest.config.lock = "disk";
  const unlock = (): void => {
    if (!isVm) delete guest.config.lock;
  };
  return guestTask(cluster, guest, call, {
    type: workerType(guest.type, "clone"),
    ms: plan.full ? 3_000 : 1_500,
    log: target
      ? [
        headline(guest, newid),
        ...(plan.full ? disks.flatMap(({ size }) => transferLines(size)) : []),
      ]
      : [],
    undo: () => {
      unlock();
      if (target) removeGuest(cluster, target);
    },
    finish: () => {
      unlock();
      if (!target) {
        assertFileFree(cluster, guest, newid);
        return [];
      }
      copyFirewall(cluster, guest.vmid, newid);
      during("clone failed", () => build(cluster, guest, target, call, plan));
      return disks.flatMap((disk) => cloneLines(cluster, guest, target, disk, plan.full));
    },
  });
}

/** Handlers of clones. */
export const handlers: Handlers = {
  ...guestHandlers("POST /nodes/{node}/{type}/{vmid}/clone", clone),
  "POST /nodes/{node}/qemu/{vmid}/clone": listedGuestHandler(clone),
};
