/**
 * How a guest moves to another node, and what stands against it. Sources: PVE::QemuMigrate,
 * PVE::LXC::Migrate, PVE::API2::Nodes.
 *
 * @module
 */
import { type CurrentState, isOn } from "../effects/effect.ts";
import { readRows } from "../effects/read.ts";
import { hasStorage, lackText, storageOf, type StorageRow } from "../storage_rows.ts";
import type { LocalVolume, Ties } from "../ties.ts";

/** A guest that is to move. */
export interface MovingGuest {
  readonly type: "qemu" | "lxc";
  readonly isRunning: boolean;
  readonly ties: Ties;
  /** Nodes that have replicas of its disks: snapshots are there already. */
  readonly replicas: readonly string[];
}

/** The nodes to which the disks of a guest are replicated. */
export async function replicasOf(vmid: number, state: CurrentState): Promise<string[]> {
  const jobs = await readRows(state, "GET /cluster/replication", {}) ?? [];
  return jobs.filter(({ guest, disable }) => Number(guest) === vmid && !isOn(disable))
    .map(({ target }) => String(target));
}

/** How it is to move. */
export interface MoveOptions {
  readonly target: string;
  /** Local disks of a VM that runs are copied. */
  readonly withLocalDisks: boolean;
  /** Storages of the target take the place of those that it lacks. */
  readonly hasTargetStorage: boolean;
}

/** The storages of the nodes. */
export async function storagesOf(state: CurrentState): Promise<StorageRow[]> {
  const rows = await readRows(state, "GET /cluster/resources", { type: "storage" }) ?? [];
  return rows.map(storageOf);
}

/** Why the guest does not get there; empty when nothing is against it. */
export function obstaclesOf(
  { type, isRunning, ties, replicas }: MovingGuest,
  { target, withLocalDisks, hasTargetStorage }: MoveOptions,
  storages: readonly StorageRow[],
): string[] {
  const isLive = type === "qemu" && isRunning;
  const lacking = hasTargetStorage
    ? []
    : ties.storages.filter((each) => !hasStorage(storages, each, target));
  const [volume] = ties.volumes;
  const words = (all: readonly Pick<LocalVolume, "key" | "storage">[]): string =>
    all.map(({ key, storage }) => `${key} on ${storage}`).join(", ");
  const stuck = ties.snapshots.filter(({ carried, replicated }) =>
    !carried || (isLive && !(replicated && replicas.includes(target)))
  );
  return [
    ...(ties.devices.length > 0 ? [`device of the node: ${ties.devices.join(", ")}`] : []),
    ...(ties.mapped.length > 0 && isRunning
      ? [`mapped device ${ties.mapped.join(", ")}, which goes along only while it is stopped`]
      : []),
    ...(ties.mounts.length > 0 ? [`mount of the node: ${ties.mounts.join(", ")}`] : []),
    ...(type === "qemu" && ties.images.length > 0 ? [`local CD image ${ties.images[0]}`] : []),
    ...(stuck.length > 0 ? [`snapshots of local ${words(stuck)}`] : []),
    ...(isLive && volume && !withLocalDisks
      ? [`local ${words(ties.volumes)}: with-local-disks=true copies what runs`]
      : []),
    ...lacking.map((storage) => lackText(storages, storage, target)),
  ];
}

/** `live`, `by restart`, `while it is stopped`, and whether disks are copied. */
export function mannerOf({ type, isRunning, ties }: MovingGuest): string {
  const how = !isRunning ? "while it is stopped" : type === "lxc" ? "by restart" : "live";
  return ties.volumes.length > 0 ? `${how}, copying its local disks` : how;
}

/** What cannot be said of a move, as it is not seen; undefined when all of it is. */
export function unknownOf({ ties: { unseen } }: Pick<MovingGuest, "ties">): string | undefined {
  return unseen.length === 0 ? undefined : `whether ${unseen.join(", ")} is local cannot be seen`;
}
