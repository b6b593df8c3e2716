/**
 * How the guests of a node leave it for work on it: live, by restart, with their disks, or not at
 * all; and where to.
 *
 * @module
 */
import { bytes } from "../../base/text/units.ts";
import type { Placement } from "../../pve/ha_placement.ts";
import type { GuestRow, NodeRow, StorageRow } from "./_readings.ts";
import type { Ties } from "../../pve/ties.ts";

/** How a guest leaves its node. */
export interface Move {
  /** `live to pve1`; why not where it cannot. */
  readonly text: string;
  readonly target: string | undefined;
}

/** The room of a node for more guests. */
export interface Room {
  readonly node: string;
  /** Bytes; it sinks with each guest that is planned there. */
  free: number;
}

/** The rooms of the nodes that are there. */
export function roomsOf(nodes: readonly NodeRow[]): Room[] {
  return nodes.map(({ node, mem = 0, maxmem = 0 }) => ({ node, free: maxmem - mem }));
}

/** Why PVE will not move a guest, whatever the target. */
function obstacle({ type, lock, status }: GuestRow, ties: Ties): string | undefined {
  if (lock) return `it is locked (${lock})`;
  if (ties.devices.length > 0) return `device of the node: ${ties.devices.join(", ")}`;
  if (ties.mapped.length > 0 && status === "running") {
    return `mapped device ${ties.mapped.join(", ")}: only while it is stopped`;
  }
  if (ties.mounts.length > 0) return `mount of the node: ${ties.mounts.join(", ")}`;
  if (type === "qemu" && ties.images.length > 0) return `local CD image ${ties.images[0]}`;
  const isLive = type === "qemu" && status === "running";
  if (ties.snapshots === "stuck" || (ties.snapshots === "carried" && isLive)) {
    return `snapshots of local disk ${ties.volumes[0]?.key}`;
  }
  return undefined;
}

function manner({ type, status }: GuestRow, ties: Ties): string {
  const copies = ties.volumes.length > 0 ? ", copying its disks" : "";
  if (status !== "running") return `stopped${copies}`;
  if (type === "lxc") return `restart${copies}`;
  return ties.volumes.length > 0 ? "live, with-local-disks" : "live";
}

/**
 * Plans the moves of guests, the largest first, each to the node with the most room that has its
 * storages; one under HA to where its rules have it.
 */
export function planMoves(
  guests: readonly (readonly [GuestRow, Ties | undefined])[],
  rooms: readonly Room[],
  storages: readonly StorageRow[],
  ruled: (guest: GuestRow) => Placement | undefined,
): Map<number, Move> {
  const moves = new Map<number, Move>();
  const needOf = ({ status, maxmem = 0 }: GuestRow): number => status === "running" ? maxmem : 0;
  const sorted = guests.toSorted(([one], [other]) => needOf(other) - needOf(one));
  for (const [guest, ties] of sorted) {
    const why = ties ? obstacle(guest, ties) : "its configuration could not be read";
    if (why !== undefined || !ties) {
      moves.set(guest.vmid, { text: `cannot: ${why}`, target: undefined });
      continue;
    }
    const placement = ruled(guest);
    if (placement && placement.node === undefined) {
      const text = `cannot: HA rules ${placement.rules.join(", ")} leave no node`;
      moves.set(guest.vmid, { text, target: undefined });
      continue;
    }
    const only = placement?.node;
    const has = (storage: string, { node }: Room): boolean =>
      storages.some((row) => row.storage === storage && row.node === node && row.available);
    const able = rooms.filter((room) =>
      (only === undefined || room.node === only) &&
      ties.storages.every((storage) => has(storage, room))
    ).sort((one, other) => other.free - one.free);
    const [best] = able;
    if (!best) {
      const text = `cannot: no other node has ${
        ties.storages.find((storage) => !rooms.some((room) => has(storage, room))) ??
          ties.storages.join(" and ")
      }; targetstorage names another`;
      moves.set(guest.vmid, { text, target: undefined });
    } else if (best.free < needOf(guest)) {
      const text = `cannot: no node has ${bytes(needOf(guest))} of memory free`;
      moves.set(guest.vmid, { text, target: undefined });
    } else {
      best.free -= needOf(guest);
      moves.set(guest.vmid, { text: `${manner(guest, ties)} to ${best.node}`, target: best.node });
    }
  }
  return moves;
}
