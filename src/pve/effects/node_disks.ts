/**
 * Effects on the disks of a node, and on what is made of them.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { bytes } from "../../base/text/units.ts";
import type { Args } from "../encode.ts";
import { deletion } from "./deletion.ts";
import { diskTaken, isOnPool } from "./disks.ts";
import type {
  ChangeOperation,
  CurrentState,
  Effect,
  EffectTable,
  GuestsOf,
  ReadOperation,
} from "./effect.ts";
import { guestsOnStorages } from "./guests_of.ts";
import { pathArgs, readNamed, readRows, type Row } from "./read.ts";

/** Guests on storages of a node that `test` is true for. */
function on(test: (storage: Row, args: Args) => boolean): GuestsOf {
  return (args, state) => guestsOnStorages(state, String(args.node), (row) => test(row, args));
}

/** A pool's row in a list, as `size`; an empty one when it is not there. */
type PoolRow = (args: Args, state: CurrentState) => Promise<Row | undefined>;

function inList(operation: ReadOperation, name: string, size: string): PoolRow {
  return async (args, state) => {
    const rows = await readRows(state, operation, pathArgs(operation, args));
    const row = rows?.find((each) => each[name] === args.name);
    return rows && { size: row?.[size] };
  };
}

/** Volume groups stand in a tree with their disks. */
const groupRow: PoolRow = async (args, state) => {
  const tree = await readNamed(state, "GET /nodes/{node}/disks/lvm", args);
  const groups: readonly Row[] = Array.isArray(tree?.children) ? tree.children : [];
  return tree && { size: groups.find((group) => group?.name === args.name)?.size };
};

function pool(what: string, guests: GuestsOf, now?: PoolRow): readonly Effect<never>[] {
  return [deletion({
    what: `${what} {name} of {node}`,
    loses: "all data in it",
    guests,
    ...defined({ now }),
    shows: ({ size }) => Number(size) > 0 ? bytes(Number(size)) : "",
  })];
}

const onGroup = on(({ vgname }, { name }) => vgname === name);
const onThinPool = on(({ vgname, thinpool }, args) =>
  vgname === args["volume-group"] && thinpool === args.name
);
const onZfs = on((storage, { name }) => isOnPool(storage, String(name)));
const onDirectory = on(({ type, path }, { name }) =>
  type === "dir" && `${path}/`.startsWith(`/mnt/pve/${name}/`)
);

/** Effects on disks; PVE refuses a disk that it knows to be in use, what else is on it is lost. */
export const nodeDiskEffects = {
  "POST /nodes/{node}/disks/directory": [diskTaken(["device"])],
  "POST /nodes/{node}/disks/lvm": [diskTaken(["device"])],
  "POST /nodes/{node}/disks/lvmthin": [diskTaken(["device"])],
  "POST /nodes/{node}/disks/zfs": [diskTaken(["devices"])],
  "POST /nodes/{node}/disks/initgpt": [diskTaken(["disk"])],
  "PUT /nodes/{node}/disks/wipedisk": [diskTaken(["disk"])],
  "DELETE /nodes/{node}/disks/directory/{name}": pool("directory", onDirectory),
  "DELETE /nodes/{node}/disks/lvm/{name}": pool("volume group", onGroup, groupRow),
  "DELETE /nodes/{node}/disks/lvmthin/{name}": pool(
    "thin pool",
    onThinPool,
    inList("GET /nodes/{node}/disks/lvmthin", "lv", "lv_size"),
  ),
  "DELETE /nodes/{node}/disks/zfs/{name}": pool(
    "ZFS pool",
    onZfs,
    inList("GET /nodes/{node}/disks/zfs", "name", "size"),
  ),
} satisfies EffectTable<Extract<ChangeOperation, `${string} /nodes/{node}/disks/${string}`>>;
