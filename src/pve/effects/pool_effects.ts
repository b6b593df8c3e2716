/**
 * What changes of pools take away: the permissions and the protection that a pool gives.
 *
 * @module
 */
import type { Args } from "../encode.ts";
import { type Guest, nameOf } from "../guests.ts";
import { splitList } from "../split_list.ts";
import {
  always,
  type ChangeOperation,
  type Consequence,
  type CurrentState,
  type EffectTable,
  isOn,
} from "./effect.ts";
import { listText } from "./lists.ts";

type PoolOperation = Extract<ChangeOperation, `${string} /pools${string}`>;

/** Guests that a request takes out of their pool: out of this one, or out of others into it. */
async function leaving(args: Args, state: CurrentState): Promise<Guest[]> {
  const named = splitList(args.vms).map(Number);
  const goes = isOn(args.delete);
  return (await state.guests()).filter(({ vmid, pool }) =>
    named.includes(vmid) && pool !== undefined && (pool === args.poolid) === goes
  );
}

async function membersLost(args: Args, state: CurrentState): Promise<Consequence[]> {
  const goes = isOn(args.delete);
  if (!goes && !isOn(args["allow-move"])) return [];
  const guests = await leaving(args, state);
  const storages = goes ? splitList(args.storage) : [];
  const members = [
    ...guests.map((guest) => `${nameOf(guest)} in pool ${guest.pool}`),
    ...storages.map((storage) => `storage ${storage} in pool ${args.poolid}`),
  ];
  const after = goes ? undefined : String(args.poolid);
  return [
    ...(members.length === 0
      ? []
      : [{ what: `what the pool lets users do with ${listText(members)}`, guests: [] }]),
    ...(guests.length === 0 ? [] : [{
      guests: guests.map(({ vmid }) => vmid),
      after: (guest: Guest) => ({ ...guest, pool: after }),
    }]),
  ];
}

const MEMBERS = [{
  takes: "the permissions and the protection that a pool gives its members",
  by: ["delete", "allow-move", "vms", "storage"],
  judge: membersLost,
}] as const;

const POOL = always("the pool and the permissions on it");

export const poolEffects = {
  "POST /pools": { nothing: "a pool without members" },
  "PUT /pools": MEMBERS,
  "PUT /pools/{poolid}": MEMBERS,
  "DELETE /pools": [POOL],
  "DELETE /pools/{poolid}": [POOL],
} as const satisfies EffectTable<PoolOperation>;
