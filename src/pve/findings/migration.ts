/**
 * Whether a guest can move to the target of a migration: disks, snapshots, devices, storages, HA.
 *
 * @module
 */
import { type CurrentState, isOn } from "../effects/effect.ts";
import { readRow, type Row } from "../effects/read.ts";
import type { Args } from "../encode.ts";
import { splitList } from "../split_list.ts";
import { hasStorage, kindsOn, lackText, type StorageRow } from "../storage_rows.ts";
import { tiesOf } from "../ties.ts";
import type { Check } from "./finding.ts";
import { configOf, type GuestPlace, guestPlaceOf, ofConfig, statusOf } from "./guest_place.ts";
import { resourceOf } from "./ha.ts";
import { mannerOf, obstaclesOf, replicasOf, storagesOf, unknownOf } from "./moves.ts";

/** Storages of the target that are to take the disks: `fast`, `a:b,c:d`; 1 is the same as here. */
function obstaclesOfMap(
  map: unknown,
  { type, target, storages }: {
    readonly type: "qemu" | "lxc";
    readonly target: string;
    readonly storages: readonly StorageRow[];
  },
): string[] {
  const content = type === "lxc" ? "rootdir" : "images";
  const names = splitList(map).map((pair) => pair.split(":").at(-1) ?? "")
    .filter((name) => name !== "1");
  return [...new Set(names)].flatMap((name) => {
    if (!hasStorage(storages, name, target)) return [lackText(storages, name, target)];
    const row = storages.find(({ storage }) => storage === name);
    return row && !row.content.includes(content)
      ? [`${name} takes ${row.content.join(",")}, not ${content}`]
      : [];
  });
}

/** What a guest that runs lacks to move; HA stops a container for either leave. */
async function obstaclesOfRun(
  guest: GuestPlace,
  { online, restart }: Args,
  state: CurrentState,
): Promise<string[]> {
  const isVm = guest.type === "qemu";
  if (isVm ? isOn(online) : isOn(restart) && !isOn(online)) return [];
  if (!isVm && isOn(online)) {
    return await resourceOf(guest, state) ? [] : ["it runs, and containers cannot move online"];
  }
  return [`it runs: ${isVm ? "online" : "restart"}=true moves it so`];
}

/** The volumes of a VM that its snapshots have, as PVE tells them; undefined when it does not. */
async function volumesInSnapshots(
  { type, place }: GuestPlace,
  target: string,
  state: CurrentState,
): Promise<string[] | undefined> {
  if (type !== "qemu") return undefined;
  const read = "GET /nodes/{node}/qemu/{vmid}/migrate";
  const disks = (await readRow(state, read, { ...place, target }))?.local_disks;
  if (!Array.isArray(disks)) return undefined;
  return (disks as readonly Row[]).filter((disk) =>
    disk.referenced_in_snapshot !== undefined && !disk.cdrom && !disk.is_vmstate
  )
    .map(({ volid }) => String(volid));
}

/** Whether the guest can move, and how. */
export const migration: Check = async (request, state) => {
  const guest = guestPlaceOf(request);
  const { args } = request;
  if (guest?.does !== "POST /migrate" || args.target === undefined) return [];
  const target = String(args.target);
  if (target === guest.place.node) {
    return [ofConfig(guest, "stops it", `It is on ${target} already`)];
  }
  const [status, config, storages, replicas, inSnapshots] = await Promise.all([
    statusOf(guest, state),
    configOf(guest, state),
    storagesOf(state),
    replicasOf(guest.place.vmid, state),
    volumesInSnapshots(guest, target, state),
  ]);
  if (!status || !config) return [];
  const moving = {
    type: guest.type,
    replicas,
    isRunning: status.status === "running",
    ties: tiesOf(guest.type, config, kindsOn(storages, guest.place.node), inSnapshots),
  };
  const map = args.targetstorage ?? args["target-storage"];
  const options = {
    target,
    withLocalDisks: isOn(args["with-local-disks"]),
    hasTargetStorage: map !== undefined,
  };
  const obstacles = [
    ...obstaclesOf(moving, options, storages),
    ...obstaclesOfMap(map, { type: guest.type, target, storages }),
  ];
  if (moving.isRunning) obstacles.push(...await obstaclesOfRun(guest, args, state));
  if (obstacles.length > 0) return obstacles.map((what) => ofConfig(guest, "stops it", what));
  const unknown = unknownOf(moving);
  const words = `It moves ${mannerOf(moving)}`;
  return [
    unknown ? ofConfig(guest, "warns", `${words}; ${unknown}`) : ofConfig(guest, "fine", words),
  ];
};
