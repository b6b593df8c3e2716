/**
 * Guests that a request stops, pauses or restarts: only those that run lose something.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { type Guest, nameOf } from "../guests.ts";
import type { Args } from "../encode.ts";
import type { CurrentState, Effect, Exposure, Loss } from "./effect.ts";
import { type GuestType, readOf } from "./guest_operations.ts";
import { partText } from "./lists.ts";
import { readRow } from "./read.ts";

/** True for a guest that may run: it does, or its node does not answer. */
export function mayRun({ status, template }: Guest): boolean {
  return status !== "stopped" && !template;
}

/** True when the guest in the path may run. The guests of the cluster are listed with delay. */
export async function runs(
  type: GuestType,
  { node, vmid }: Args,
  state: CurrentState,
): Promise<boolean> {
  const operation = readOf("GET /nodes/{node}/{type}/{vmid}/status/current", type);
  const row = await readRow(state, operation, { node, vmid });
  return row?.status !== "stopped";
}

/** The guest in the path loses it when it runs and `test` says so of the arguments. */
export function whileRunning<const Name extends string = never>(
  type: GuestType,
  takes: string,
  by?: readonly Name[],
  test: (args: Args) => boolean = () => true,
): Effect<Name> {
  return {
    takes,
    ...defined({ by }),
    judge: async (args, state) =>
      test(args) && await runs(type, args, state)
        ? [{ what: takes, guests: [Number(args.vmid)] }]
        : [],
  };
}

/** Guests that lose something, among those that were chosen. */
export interface Losing {
  readonly guests: readonly Guest[];
  /** Numbers that no guest has that can be seen: it may lose it as well. */
  readonly unseen?: readonly number[];
  /** How many were chosen, when that says something. */
  readonly of?: number;
}

/** What some guests lose, by name; nothing when none of them does. */
export function lossOfGuests(what: string, { guests, unseen = [], of = 0 }: Losing): Loss[] {
  if (guests.length + unseen.length === 0) return [];
  const hidden = unseen.map((vmid) => `guest ${vmid}, which cannot be seen`);
  const names = partText([...guests.map(nameOf), ...hidden], of, "guests");
  return [{
    what: `${what}: ${names}`,
    guests: [...guests.map(({ vmid }) => vmid), ...unseen],
  }];
}

/** Guests that move to the node that `target` names. */
export function moved(guests: readonly number[], target: unknown): Exposure[] {
  return [{ guests, after: (guest) => ({ ...guest, node: String(target) }) }];
}

/** The guest in the path moves to another node. */
export const moves: Effect<"target"> = {
  takes: "the protection that its node gives",
  by: ["target"],
  judge: ({ vmid, target }) => moved([Number(vmid)], target),
};
