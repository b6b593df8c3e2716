/**
 * How the guests of a node leave it for work on it: live, by restart, with their disks, or not at
 * all; and where to.
 *
 * @module
 */
import { bytes } from "../../base/text/units.ts";
import { mannerOf, type MovingGuest, obstaclesOf, unknownOf } from "../../pve/findings/moves.ts";
import { leavesNoNode, type Placement } from "../../pve/ha_placement.ts";
import type { StorageRow } from "../../pve/storage_rows.ts";
import type { Ties } from "../../pve/ties.ts";
import type { GuestRow, NodeRow } from "./_readings.ts";

/** How a guest leaves its node. */
export interface Move {
  /** `live to pve1`; why not where it cannot. */
  readonly text: string;
  readonly verdict: "moves" | "stays" | "unknown";
  /** The node that it goes to. */
  readonly target?: string;
  /** A VM takes disks along that only its node has, which takes a parameter. */
  readonly copies?: boolean;
}

/** The room of a node for more guests. */
export interface Room {
  readonly node: string;
  /** Bytes; it sinks with each guest that is planned there. Undefined where it cannot be seen. */
  free: number | undefined;
}

/** The rooms of the nodes that are there. */
export function roomsOf(nodes: readonly NodeRow[]): Room[] {
  return nodes.map(({ node, mem, maxmem }) => ({
    node,
    free: mem === undefined || maxmem === undefined ? undefined : maxmem - mem,
  }));
}

/** Nodes to which a guest could go, the one with most room first; or what is against each. */
function targetsOf(
  guest: MovingGuest,
  rooms: readonly Room[],
  storages: readonly StorageRow[],
): { readonly able: readonly Room[]; readonly against: readonly string[] } {
  const options = { withLocalDisks: true, hasTargetStorage: false };
  const each = rooms.map((room) => ({
    room,
    against: obstaclesOf(guest, { ...options, target: room.node }, storages),
  }));
  const able = each.filter(({ against }) => against.length === 0).map(({ room }) => room)
    .sort((one, other) => (other.free ?? -1) - (one.free ?? -1));
  const [first, ...others] = each.map(({ against }) => against);
  const common = first?.filter((what) => others.every((against) => against.includes(what))) ?? [];
  return {
    able,
    against: common.length > 0 ? common : [...new Set(each.flatMap(({ against }) => against))],
  };
}

/**
 * Plans the moves of guests, the largest first, each to the node with the most room that has its
 * storages; one under HA to where its rules have it.
 */
export function planMoves(
  guests: readonly (readonly [GuestRow, Ties | undefined])[],
  rooms: readonly Room[],
  storages: readonly StorageRow[],
  replicasOf: (guest: GuestRow) => readonly string[],
  ruled: (guest: GuestRow) => Placement | undefined,
): Map<number, Move> {
  const moves = new Map<number, Move>();
  const needOf = ({ status, maxmem = 0 }: GuestRow): number => status === "running" ? maxmem : 0;
  const plan = (guest: GuestRow, ties: Ties | undefined): Move => {
    const cannot = (why: string): Move => ({ text: `cannot: ${why}`, verdict: "stays" });
    if (!ties) return { text: "unknown: its configuration was not read", verdict: "unknown" };
    if (guest.lock) return cannot(`it is locked (${guest.lock})`);
    if (rooms.length === 0) return cannot("there is no other node");
    const placement = ruled(guest);
    if (placement && placement.node === undefined) {
      return cannot(leavesNoNode(placement));
    }
    const moving: MovingGuest = {
      type: guest.type,
      isRunning: guest.status === "running",
      ties,
      replicas: replicasOf(guest),
    };
    const open = rooms.filter(({ node }) =>
      placement?.node === undefined || node === placement.node
    );
    const { able: [best], against } = targetsOf(moving, open, storages);
    if (!best) return cannot(against.join("; ") || "there is no other node");
    const unknown = unknownOf(moving);
    if (unknown) return { text: `unknown: ${unknown}`, verdict: "unknown" };
    const text = `${mannerOf(moving)} to ${best.node}`;
    const copies = guest.type === "qemu" && ties.volumes.length > 0;
    const going = { text, verdict: "moves", target: best.node, copies } as const;
    if (best.free === undefined) {
      return { ...going, text: `${text}, whose free memory cannot be seen` };
    }
    if (best.free < needOf(guest)) {
      return cannot(`no node has ${bytes(needOf(guest))} of memory free`);
    }
    best.free -= needOf(guest);
    return going;
  };
  for (const [guest, ties] of guests.toSorted(([one], [other]) => needOf(other) - needOf(one))) {
    moves.set(guest.vmid, plan(guest, ties));
  }
  return moves;
}

/** Guests that are named in one call. */
const MAX_NAMED = 25;

/** The calls that move what can move to where it can, as it was planned: a call for each target. */
export function moveCalls(node: string, moves: ReadonlyMap<number, Move>): string[] {
  const byTarget = Map.groupBy(
    [...moves].filter(([, { target }]) => target !== undefined),
    ([, { target }]) => target,
  );
  const groups = [...byTarget].sort(([, one], [, other]) => one.length - other.length);
  return groups.map(([target, guests], index) => {
    // The last one takes all that the others have left.
    const isLast = index === groups.length - 1;
    const numbers = guests.slice(0, MAX_NAMED).map(([vmid]) => vmid).join(",");
    const more = guests.length > MAX_NAMED ? `, the first ${MAX_NAMED} that go there` : "";
    const named = isLast ? "" : ` vms=${numbers}`;
    const copying = guests.some(([, { copies }]) => copies) ? " with-local-disks=true" : "";
    const call =
      `proxmox_node_bulk action=migrate_all node=${node} target=${target}${named}${copying}`;
    return `${call} — ${isLast ? "move all that can" : `what goes there${more}`}, for work on it`;
  });
}
