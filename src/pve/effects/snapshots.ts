/**
 * Snapshots of a guest: the states that a request deletes or goes back to.
 *
 * @module
 */
import { time } from "../../base/text/units.ts";
import type { Args } from "../encode.ts";
import type { CurrentState } from "./effect.ts";
import { type GuestType, readOf } from "./guest_operations.ts";
import { readRows, type Row } from "./read.ts";

/** A snapshot as it is listed; undefined when it is not, or could not be read. */
async function snapshotOf(
  type: GuestType,
  { node, vmid, snapname }: Args,
  state: CurrentState,
): Promise<Row | undefined> {
  const operation = readOf("GET /nodes/{node}/{type}/{vmid}/snapshot", type);
  const rows = await readRows(state, operation, { node, vmid });
  return rows?.find(({ name }) => name === snapname);
}

/** `before-upgrade (2026-01-15 09:30:00Z)` */
export async function snapshotText(
  type: GuestType,
  args: Args,
  state: CurrentState,
): Promise<string> {
  const { snaptime } = await snapshotOf(type, args, state) ?? {};
  const taken = Number(snaptime) > 0 ? time(Number(snaptime)) : "whose time could not be read";
  return `${args.snapname} (${taken})`;
}

/** Names of the snapshots of a guest, with a word for those that could not be read. */
export async function snapshotNames(
  type: GuestType,
  { node, vmid }: Args,
  state: CurrentState,
): Promise<readonly string[] | undefined> {
  const operation = readOf("GET /nodes/{node}/{type}/{vmid}/snapshot", type);
  const rows = await readRows(state, operation, { node, vmid });
  return rows?.map(({ name }) => String(name)).filter((name) => name !== "current");
}
