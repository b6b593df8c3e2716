/**
 * Whose a disk of a node is: what uses it, and which guests have volumes on that.
 *
 * @module
 */
import { bytes } from "../../base/text/units.ts";
import type { Args } from "../encode.ts";
import { splitList } from "../split_list.ts";
import type { CurrentState, Effect, Loss } from "./effect.ts";
import { guestsOnStorages } from "./guests_of.ts";
import { readRow, readRows, type Row } from "./read.ts";
import { UNREAD, valueText } from "./words.ts";

/** Volume groups and ZFS pools on a node's disks; undefined when they cannot be read. */
interface Holders {
  readonly groups: readonly string[] | undefined;
  readonly pools: readonly string[] | undefined;
}

function childrenOf(row: Row): readonly Row[] {
  return Array.isArray(row.children) ? row.children : [];
}

function leaves(row: Row): readonly string[] {
  const children = childrenOf(row);
  return children.length === 0 ? [String(row.name)] : children.flatMap(leaves);
}

/** True for the disk itself and for its partitions: `sda`, `sda3`, `nvme0n1p3`. */
function isPartOf(device: string, disk: string): boolean {
  const [part, whole] = [device, disk].map((each) => each.replace(/^\/dev\//, ""));
  return part === whole ||
    /^p?\d+$/.test(part?.startsWith(whole ?? "") ? part.slice(whole?.length) : "");
}

/** True when one is a part of the other: a partition wiped, or the disk around it. */
function touches(device: string, disk: string): boolean {
  return isPartOf(device, disk) || isPartOf(disk, device);
}

async function holdersOf(disk: string, node: string, state: CurrentState): Promise<Holders> {
  const [tree, pools] = await Promise.all([
    readRow(state, "GET /nodes/{node}/disks/lvm", { node }),
    readRows(state, "GET /nodes/{node}/disks/zfs", { node }),
  ]);
  const details = pools && await Promise.all(
    pools.map(({ name }) =>
      readRow(state, "GET /nodes/{node}/disks/zfs/{name}", { node, name: String(name) })
    ),
  );
  const holds = (row: Row): boolean => leaves(row).some((leaf) => touches(leaf, disk));
  return {
    groups: tree && childrenOf(tree).filter(holds).map(({ name }) => String(name)),
    pools: details?.every((each) => each !== undefined)
      ? details.filter(holds).map(({ name }) => String(name))
      : undefined,
  };
}

/** True for a storage in a ZFS pool, or in a directory of it. */
export function isOnPool({ type, pool, path }: Row, name: string): boolean {
  const within = (text: unknown, root: string): boolean =>
    text === root || String(text).startsWith(`${root}/`);
  return type === "zfspool" ? within(pool, name) : type === "dir" && within(path, `/${name}`);
}

async function guestsOn(disk: string, node: string, state: CurrentState): Promise<number[]> {
  const { groups, pools } = await holdersOf(disk, node, state);
  return await guestsOnStorages(
    state,
    node,
    (storage) =>
      groups === undefined || pools === undefined ||
      groups.includes(String(storage.vgname)) || pools.some((pool) => isOnPool(storage, pool)),
  );
}

function describe(disk: string, row: Row | undefined): string {
  if (row === undefined) return `${disk}, ${UNREAD}`;
  const size = Number(row.size);
  const parts = [
    size > 0 ? bytes(size) : undefined,
    valueText(row.model),
    row.used === undefined ? undefined : `used by ${row.used}`,
  ];
  return `${disk} (${parts.filter((part) => part !== undefined).join(", ")})`;
}

/** All that is on a disk, from the guests that have volumes there. */
async function lostDisk(disk: string, node: string, state: CurrentState): Promise<Loss> {
  const rows = await readRows(state, "GET /nodes/{node}/disks/list", {
    node,
    "include-partitions": true,
  });
  const row = rows?.find(({ devpath }) => devpath === disk);
  const unused = row !== undefined && row.used === undefined;
  return {
    what: `all that is on ${describe(disk, row)} of ${node}`,
    guests: unused ? [] : await guestsOn(disk, node, state),
  };
}

/** Disks that the arguments name are overwritten. */
export function diskTaken<const Name extends string>(names: readonly Name[]): Effect<Name> {
  return {
    takes: "all that is on the disk",
    by: names,
    judge: (args: Args, state) =>
      Promise.all(
        names.flatMap((name) => splitList(valueText(args[name])))
          .map((disk) => lostDisk(disk, String(args.node), state)),
      ),
  };
}
