/**
 * Whether pools and IP sets take or give what a request names. Sources: PVE::API2::Pool,
 * PVE::API2::Firewall::IPSet.
 *
 * @module
 */
import { some } from "../../base/text/units.ts";
import { isOperation, operationFact } from "../api.ts";
import { type CurrentState, isOn, type ReadOperation } from "../effects/effect.ts";
import { pathArgs, readRows } from "../effects/read.ts";
import type { Args } from "../encode.ts";
import { nameOf } from "../guests.ts";
import { requestWords } from "../request_words.ts";
import { splitList } from "../split_list.ts";
import { type Check, type Finding, finding } from "./finding.ts";

const POOLS = "GET /pools";
const LISTED = "GET /cluster/resources";

/** The storages of a pool; undefined when they cannot be read. */
async function storagesOf(poolid: string, state: CurrentState): Promise<string[] | undefined> {
  const [pool] = await readRows(state, POOLS, { poolid }) ?? [];
  if (!Array.isArray(pool?.members)) return undefined;
  const rows = pool.members as readonly Readonly<Record<string, unknown>>[];
  return rows.filter(({ type }) => type === "storage").map(({ storage }) => String(storage));
}

async function memberFindings(args: Args, state: CurrentState): Promise<Finding[]> {
  const poolid = String(args.poolid);
  const leave = isOn(args.delete);
  const guests = splitList(args.vms).length === 0 ? [] : await state.guests();
  const ofGuests = splitList(args.vms).flatMap((vmid): Finding[] => {
    const guest = guests.find((each) => String(each.vmid) === vmid);
    if (!guest) return [];
    const stops = (what: string): Finding[] => [
      finding("stops it", `${nameOf(guest)} ${what}`, LISTED, { type: "vm" }),
    ];
    if (leave) return guest.pool === poolid ? [] : stops(`is not in ${poolid}`);
    if (guest.pool === poolid) return stops(`is in ${poolid} already`);
    return guest.pool === undefined || isOn(args["allow-move"])
      ? []
      : stops(`is in the pool ${guest.pool}: allow-move=true takes it from there`);
  });
  const names = splitList(args.storage);
  const storages = names.length === 0 ? undefined : await storagesOf(poolid, state);
  const ofStorages = storages === undefined ? [] : names
    .filter((name) => storages.includes(name) !== leave)
    .map((name) =>
      finding(
        "stops it",
        `${name} is ${leave ? `not in ${poolid}` : `in ${poolid} already`}`,
        POOLS,
        { poolid },
      )
    );
  return [...ofGuests, ...ofStorages];
}

/** A pool is deleted only when nothing is in it. */
async function emptyFindings({ poolid }: Args, state: CurrentState): Promise<Finding[]> {
  const [guests, storages, pools] = await Promise.all([
    state.guests(),
    storagesOf(String(poolid), state),
    readRows(state, POOLS, {}),
  ]);
  const inside = [
    ...guests.filter(({ pool }) => pool === poolid).map(nameOf),
    ...storages ?? [],
    ...(pools ?? []).map((row) => String(row.poolid)).filter((name) =>
      name.startsWith(`${poolid}/`)
    ),
  ];
  if (inside.length === 0) return [];
  const what = `${poolid} is not empty: ${some(inside, 3)}`;
  return [finding("stops it", what, POOLS, { poolid: String(poolid) })];
}

/** A pool `a/b` lies inside of the pool `a`, which has to be there. */
async function parentFindings({ poolid }: Args, state: CurrentState): Promise<Finding[]> {
  const name = String(poolid);
  const parent = name.slice(0, Math.max(0, name.lastIndexOf("/")));
  const rows = parent === "" ? undefined : await readRows(state, POOLS, {});
  if (!rows || rows.some((row) => row.poolid === parent)) return [];
  return [finding("stops it", `There is no pool ${parent}`, POOLS, {})];
}

/** Whether a pool can be made, and take, give or lose what it is asked to. */
export const pools: Check = async ({ operation, args }, state) => {
  if (operation === "POST /pools") return await parentFindings(args, state);
  if (/^PUT \/pools\b/.test(operation)) return await memberFindings(args, state);
  return /^DELETE \/pools\b/.test(operation) ? await emptyFindings(args, state) : [];
};

/** An address as PVE compares it: a single host has no prefix length. */
function plain(cidr: unknown): string {
  const text = String(cidr);
  const host = text.includes(":") ? "/128" : "/32";
  return text.endsWith(host) ? text.slice(0, -host.length) : text;
}

/** Whether an IP set has an address already, or is empty as its deletion wants it. */
export const addressSets: Check = async ({ operation, args }, state) => {
  const { method, path } = operationFact(operation);
  if (!path.endsWith("/firewall/ipset/{name}")) return [];
  const isDeletion = method === "DELETE" && !isOn(args.force);
  if (!isDeletion && (method !== "POST" || args.cidr === undefined)) return [];
  const read = `GET ${path}`;
  if (!isOperation(read)) return [];
  const place = pathArgs(read, args);
  const rows = await readRows(state, read as ReadOperation, place);
  if (!rows) return [];
  const from = requestWords(read, place);
  if (isDeletion) {
    return rows.length === 0
      ? []
      : [{ verdict: "stops it", what: `${args.name} is not empty: force=true deletes it`, from }];
  }
  const isTaken = rows.some(({ cidr }) => plain(cidr) === plain(args.cidr));
  return isTaken
    ? [{ verdict: "stops it", what: `${plain(args.cidr)} is in ${args.name} already`, from }]
    : [];
};
