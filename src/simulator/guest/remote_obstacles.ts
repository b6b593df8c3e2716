/**
 * What keeps a guest from moving to another cluster. Sources: PVE::QemuMigrate, PVE::LXC::Migrate.
 *
 * @module
 */
import type { Cluster } from "../core/cluster.ts";
import type { Guest } from "../core/model.ts";
import type { Remote } from "../request/remote.ts";
import { splitVolid } from "../storage/storages.ts";
import { disksOf } from "./config.ts";
import { deviceObstacle } from "./devices.ts";
import type { Obstacle } from "./migration_plan.ts";
import { volumesOf } from "./remote_load.ts";

/** True when a replication job is for the guest. */
export function isReplicated(cluster: Cluster, { vmid }: Guest): boolean {
  return [...cluster.table("replication").keys()].some((id) => id.startsWith(`${vmid}-`));
}

/** Storages whose volumes of containers go to other clusters. */
const CONTAINER_STORAGES = /^(?:dir|zfspool|lvmthin|lvm|btrfs|cifs|nfs)$/;

/** Why a volume cannot go along, or undefined. */
function immovable(cluster: Cluster, guest: Guest, volid: string): string | undefined {
  const { storage } = splitVolid(volid);
  const inSnapshot = [...guest.snapshots.values()].some(({ config }) =>
    disksOf(guest.type, config).some((disk) => disk.volid === volid)
  );
  if (inSnapshot && guest.type === "qemu" && guest.status === "running") {
    return "online storage migration not possible if non-replicated snapshot exists";
  }
  if (inSnapshot) return "remote migration with snapshots not supported yet";
  const type = String(cluster.storages.definitions.get(storage)?.type);
  return guest.type === "lxc" && !CONTAINER_STORAGES.test(type)
    ? `storage type '${type}' not supported`
    : undefined;
}

/** What the worker finds that cannot move. */
export function remoteObstacle(cluster: Cluster, guest: Guest, node: string): Obstacle | undefined {
  if (guest.type === "qemu") {
    const devices = deviceObstacle(cluster, guest, node);
    if (devices !== undefined) return { error: devices, lines: [] };
  }
  const isVm = guest.type === "qemu";
  const lines = volumesOf(guest).flatMap(([key, volid]) => {
    const isImage = isVm && !volid.includes("cloudinit") &&
      String(guest.config[key]).includes("media=cdrom");
    const reason = isImage ? "local cdrom image" : immovable(cluster, guest, volid);
    const what = isVm ? "disk" : "volume";
    return reason === undefined ? [] : [`can't migrate local ${what} '${volid}': ${reason}`];
  });
  const clone = volumesOf(guest).map(([, volid]) => cluster.storages.find(volid, guest.node))
    .find((volume) => volume?.parent !== undefined);
  if (clone) {
    const base = splitVolid(clone.parent ?? "").name;
    lines.push(`can't migrate '${clone.volid}' as it's a clone of '${base}'`);
  }
  if (lines.length > 0) {
    const error = isVm
      ? "Problem found while scanning volumes - can't migrate VM - check log"
      : "can't migrate CT - check log";
    return { error, lines };
  }
  if (!isVm && isReplicated(cluster, guest)) {
    return { error: "cannot remote-migrate replicated VM", lines: [] };
  }
  return undefined;
}

/** The version of QEMU of each release, and the machine that its VMs run. */
const QEMU = { "8.4": "9.2.0", "9.2": "10.1.2" } as const;

/** Why the target cannot run what runs here, or undefined. */
export function tooOld(
  cluster: Cluster,
  guest: Guest,
  { cluster: other, node }: Remote,
): string | undefined {
  const isLive = guest.type === "qemu" && guest.status === "running";
  if (!isLive || cluster.release === other.release || other.release !== "8.4") return undefined;
  return `Installed QEMU version '${QEMU[other.release]}' is too old to run machine type ` +
    `'pc-i440fx-10.1+pve0', please upgrade node '${node}'`;
}
