/**
 * What a migration would move, where it can go, and what stands in its way. Sources:
 * PVE::QemuMigrate, PVE::API2::Qemu, PVE::API2::LXC.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Guest } from "../core/model.ts";
import type { Entry } from "../core/tables.ts";
import { addressOf } from "../node/addresses.ts";
import { isVolid, splitVolid } from "../storage/storages.ts";
import { type Disk, disksOf } from "./config.ts";
import { deviceObstacle, devicesOf } from "./devices.ts";
import { assertUnlocked } from "./find.ts";

/** A disk that only its node sees, and the storage that it goes to. */
export interface LocalDisk {
  readonly disk: Disk;
  readonly target: string;
}

/** What makes a migration impossible, in the worker's words. */
export interface Obstacle {
  readonly error: string;
  /** What the worker writes before. */
  readonly lines: readonly string[];
}

/** Disks on storages that only their node sees. */
function localDisks(cluster: Cluster, guest: Guest): Disk[] {
  return disksOf(guest.type, guest.config).filter((disk) =>
    isVolid(disk.volid) && !cluster.storages.isShared(splitVolid(disk.volid).storage)
  );
}

/** Where a storage's volumes go: `source:target` pairs, or one storage for all. */
function targetStorage(storage: string, map: string | undefined): string {
  if (map === undefined || map === "1") return storage;
  for (const pair of map.split(",")) {
    const [from, to] = pair.split(":");
    if (to === undefined || from === storage) return to ?? from ?? storage;
  }
  return storage;
}

/** Disks that move, each with its target; images in CD drives do not. */
export function planDisks(cluster: Cluster, guest: Guest, map: string | undefined): LocalDisk[] {
  return localDisks(cluster, guest).filter((disk) => !disk.cdrom).map((disk) => ({
    disk,
    target: targetStorage(splitVolid(disk.volid).storage, map),
  }));
}

/** What the worker finds before it copies anything: the storages and the connection. */
function unprepared(
  cluster: Cluster,
  node: string,
  disks: readonly LocalDisk[],
): Obstacle | undefined {
  for (const { target } of disks) {
    const definition = cluster.storages.definitions.get(target);
    if (!definition) return { error: `storage '${target}' does not exist`, lines: [] };
    if (!cluster.storages.isOn(definition, node)) {
      return { error: `storage '${target}' is not available on node '${node}'`, lines: [] };
    }
  }
  if (cluster.isOnline(node)) return undefined;
  return {
    error: "Can't connect to destination address using public key",
    lines: [`# /usr/bin/ssh -e none root@${addressOf(cluster, node)} /bin/true`],
  };
}

/** True for a volume whose snapshots a copy brings along. */
function carriesSnapshots(cluster: Cluster, { volid }: Disk): boolean {
  const { storage } = splitVolid(volid);
  const type = String(cluster.storages.definitions.get(storage)?.type ?? "");
  return /^(?:zfspool|btrfs)$/.test(type) || (volid.endsWith(".qcow2") && type !== "lvm");
}

/** True for a volume that a replication job has on the node already. */
function isReplicated(
  cluster: Cluster,
  { vmid }: Guest,
  node: string,
  { volid, properties }: Disk,
): boolean {
  const { storage } = splitVolid(volid);
  return cluster.storages.definitions.get(storage)?.type === "zfspool" &&
    properties.replicate !== "0" &&
    [...cluster.table("replication").values()].some((job) =>
      job.guest === vmid && job.target === node
    );
}

/** Why a local volume of a VM cannot go along, or undefined. */
function immovable(
  cluster: Cluster,
  guest: Guest,
  node: string,
  disk: Disk,
  withLocalDisks: boolean,
): string | undefined {
  if (disk.cdrom) return disk.volid.includes("cloudinit") ? undefined : "local cdrom image";
  const live = guest.status === "running";
  if (!hasNone(snapshotsWith(guest, disk.volid))) {
    if (live && !isReplicated(cluster, guest, node, disk)) {
      return "online storage migration not possible if non-replicated snapshot exists";
    }
    if (!carriesSnapshots(cluster, disk)) return "non-migratable snapshot exists";
  }
  return live && !withLocalDisks
    ? "can't live migrate attached local disks without with-local-disks option"
    : undefined;
}

/** A disk that builds on a template's, on a storage that only its node sees. */
function localClone(
  cluster: Cluster,
  guest: Guest,
): { readonly volid: string; readonly parent: string } | undefined {
  return localDisks(cluster, guest).flatMap(({ volid }) => {
    const parent = cluster.storages.find(volid, guest.node)?.parent;
    return parent === undefined ? [] : [{ volid, parent }];
  })[0];
}

/** What makes the migration of a guest to a node impossible, or undefined. */
export function obstacle(
  cluster: Cluster,
  guest: Guest,
  node: string,
  disks: readonly LocalDisk[],
  withLocalDisks: boolean,
): Obstacle | undefined {
  const early = unprepared(cluster, node, disks);
  if (early) return early;
  const devices = guest.type === "lxc" ? undefined : deviceObstacle(cluster, guest, node);
  if (devices !== undefined) return { error: devices, lines: [] };
  const clone = guest.type === "lxc" ? undefined : localClone(cluster, guest);
  if (clone) {
    const base = clone.parent.replace(/^.*[/:]/, "");
    const error = "Problem found while scanning volumes - can't migrate " +
      `'${clone.volid}' as it's a clone of '${base}' at /usr/share/perl5/PVE/QemuMigrate.pm line 620.`;
    return { error, lines: [`found local disk '${clone.volid}' (attached)`, `ERROR: ${error}`] };
  }
  const warnings = guest.type === "lxc" ? [] : localDisks(cluster, guest).flatMap((disk) => {
    const reason = immovable(cluster, guest, node, disk, withLocalDisks);
    return reason === undefined ? [] : [`can't migrate local disk '${disk.volid}': ${reason}`];
  });
  const full = disks.find(({ disk, target }) =>
    cluster.storages.usage(target, node).avail < disk.size * 0.05
  );
  const error = warnings.length > 0
    ? "Problem found while scanning volumes - can't migrate VM - check log"
    : full && `storage migration for '${full.disk.volid}' to storage '${full.target}' failed - ` +
        "no space left on device";
  return error === undefined ? undefined : { error, lines: [...warnings, `ERROR: ${error}`] };
}

/** What speaks against each other node: storages and mapped devices that it lacks. */
function objections(cluster: Cluster, guest: Guest): Record<string, Entry> {
  const missingOn = guest.type === "lxc" ? () => [] : devicesOf(cluster, guest).missingOn;
  const storages = new Set(
    disksOf(guest.type, guest.config).map((disk) => splitVolid(disk.volid).storage),
  );
  const others = cluster.nodeNames().filter((node) => node !== guest.node);
  return Object.fromEntries(others.map((node) => {
    const unavailable = [...storages].filter((storage) => {
      const definition = cluster.storages.definitions.get(storage);
      return definition && !cluster.storages.isOn(definition, node);
    });
    const missing = missingOn(node);
    return [
      node,
      defined({
        unavailable_storages: unavailable.length > 0 ? unavailable : undefined,
        "unavailable-resources": missing.length > 0 ? missing : undefined,
      }),
    ];
  }));
}

function hasNone(entry: Entry): boolean {
  return Object.keys(entry).length === 0;
}

/** Names of the snapshots of a guest that use a volume. */
function snapshotsWith(guest: Guest, volid: string): Record<string, number> {
  const names = [...guest.snapshots].filter(([, { config }]) =>
    disksOf(guest.type, config).some((disk) => disk.volid === volid)
  );
  return Object.fromEntries(names.map(([name]) => [name, 1]));
}

/** The snapshots that hold a volume, where there are any. */
function inSnapshots(guest: Guest, volid: string): Entry {
  const found = snapshotsWith(guest, volid);
  return hasNone(found) ? {} : { referenced_in_snapshot: found };
}

/** Answer of the question whether and where a VM can go. */
export function qemuPreconditions(cluster: Cluster, guest: Guest): Entry {
  assertUnlocked(guest);
  const against = objections(cluster, guest);
  const { local, mapped } = devicesOf(cluster, guest);
  return {
    running: guest.status === "running" ? 1 : 0,
    allowed_nodes: Object.keys(against).filter((node) => hasNone(against[node] ?? {})),
    // All other nodes, allowed ones too, with nothing against them.
    not_allowed_nodes: against,
    local_disks: localDisks(cluster, guest).map((disk) => ({
      volid: disk.volid,
      drivename: disk.key,
      size: disk.size,
      cdrom: disk.cdrom ? 1 : 0,
      is_attached: 1,
      is_cloudinit: disk.volid.includes("cloudinit") ? 1 : 0,
      is_tpmstate: disk.key === "tpmstate0" ? 1 : 0,
      is_unused: 0,
      is_vmstate: 0,
      ...inSnapshots(guest, disk.volid),
      replicate: 1,
      shared: 0,
    })),
    local_resources: local,
    "mapped-resources": Object.keys(mapped).sort(),
    "mapped-resource-info": mapped,
    "has-dbus-vmstate": 1,
  };
}

/** The same for a container. */
export function lxcPreconditions(cluster: Cluster, guest: Guest): Entry {
  const against = Object.entries(objections(cluster, guest));
  return {
    running: guest.status === "running" ? 1 : 0,
    "allowed-nodes": against.filter(([, entry]) => hasNone(entry)).map(([node]) => node),
    "not-allowed-nodes": Object.fromEntries(against.filter(([, entry]) => !hasNone(entry))),
  };
}
