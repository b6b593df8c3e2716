/**
 * Whether guests can be backed up, and restored over others. Sources: PVE::VZDump,
 * PVE::API2::VZDump, PVE::QemuServer, PVE::API2::LXC.
 *
 * @module
 */
import { type CurrentState, isOn } from "../effects/effect.ts";
import { readRow } from "../effects/read.ts";
import type { Args } from "../encode.ts";
import { type Guest, kindOf, sidOf } from "../guests.ts";
import { splitList } from "../split_list.ts";
import { type Check, type Finding, finding } from "./finding.ts";
import {
  configOf,
  type GuestPlace,
  guestWords,
  ofConfig,
  ofStatus,
  statusOf,
} from "./guest_place.ts";

const RESOURCE = "GET /cluster/ha/resources/{sid}";
const LISTED = "GET /cluster/resources";

/** The guests of the node that a backup is to have. */
function chosen(guests: readonly Guest[], { node, vmid, pool, all, exclude }: Args): Guest[] {
  const [numbers, without] = [splitList(vmid), splitList(exclude)];
  const isAll = isOn(all) || (without.length > 0 && pool === undefined);
  return guests.filter((guest) =>
    guest.node === node && !without.includes(String(guest.vmid)) &&
    (pool === undefined ? isAll || numbers.includes(String(guest.vmid)) : guest.pool === pool)
  );
}

/** What stands against the backup of one guest. */
async function againstBackup(
  guest: Guest,
  { mode }: Args,
  state: CurrentState,
): Promise<Finding[]> {
  const { type, node, vmid } = guest;
  const place: GuestPlace = { type, place: { node, vmid }, does: "" };
  const lock = (await statusOf(place, state))?.lock;
  if (lock) return [ofStatus(place, "stops it", `Locked (${lock}), for as long as that lasts`)];
  if (mode !== "stop") return [];
  const sid = sidOf(guest);
  const resource = await readRow(state, RESOURCE, { sid });
  if (!resource || (resource.state ?? "started") !== "started") return [];
  const what = "HA keeps it started: mode=snapshot, or another state of the resource";
  return [finding("stops it", what, RESOURCE, { sid })];
}

/** Whether the guests of a backup can have one; of several each by itself. */
export const backups: Check = async ({ operation, args }, state) => {
  if (operation !== "POST /nodes/{node}/vzdump") return [];
  const guests = await state.guests();
  const all = chosen(guests, args);
  const missing = splitList(args.vmid).filter((vmid) =>
    !guests.some((guest) => String(guest.vmid) === vmid)
  );
  const isMany = all.length + missing.length > 1;
  const found = await Promise.all(all.map(async (guest) => {
    const { vmid, name } = guest;
    const of = isMany ? { guest: `${kindOf(guest)} ${vmid} ${name}` } : {};
    return (await againstBackup(guest, args, state)).map((each) => ({ ...each, ...of }));
  }));
  return [
    ...found.flat(),
    ...missing.map((vmid) => ({
      ...finding("warns", `No guest ${vmid} can be seen`, LISTED, { type: "vm" }),
      ...(isMany ? { guest: `guest ${vmid}` } : {}),
    })),
  ];
};

/** The guest whose number a restore takes; undefined for what is no restore over one. */
function overwritten({ operation, args }: Parameters<Check>[0]): GuestPlace | undefined {
  const [, type] = /^POST \/nodes\/\{node\}\/(qemu|lxc)$/.exec(operation) ?? [];
  const isRestore = args.archive !== undefined || isOn(args.restore);
  if ((type !== "qemu" && type !== "lxc") || !isRestore || !isOn(args.force)) return undefined;
  return { type, place: { node: String(args.node), vmid: Number(args.vmid) }, does: "" };
}

/** Whether the guest that is restored over is here, stopped, and may be replaced. */
export const restores: Check = async (request, state) => {
  const place = overwritten(request);
  if (!place) return [];
  const { type, place: { node, vmid } } = place;
  const guest = (await state.guests()).find((each) => each.vmid === vmid);
  if (!guest) return [];
  if (guest.type !== type || guest.node !== node) {
    const what = `${kindOf(guest)} ${vmid} is on ${guest.node}: only a ${
      kindOf({ type })
    } on ${node} is restored over`;
    return [finding("stops it", what, LISTED, { type: "vm" })];
  }
  const [status, config] = await Promise.all([statusOf(place, state), configOf(place, state)]);
  return [
    ...(status?.status === "running"
      ? [ofStatus(place, "stops it", `${guestWords(place)} is running`)]
      : []),
    ...(status?.lock
      ? [ofStatus(place, "stops it", `Locked (${status.lock}), for as long as that lasts`)]
      : []),
    ...(config && isOn(config.protection)
      ? [ofConfig(place, "stops it", "Its protection is on")]
      : []),
  ];
};
