/**
 * The snapshots that a guest has.
 *
 * @module
 */
import { guestOperation } from "../../pve/api.ts";
import { nameOf } from "../../pve/guests.ts";
import { guestOf, type ReadContext } from "../../tool/context.ts";
import { placeArgs } from "./_state.ts";

/** PVE's words for a snapshot that the guest does not have. */
export const NO_SUCH_SNAPSHOT = /snapshot '[^']*' does not exist/;

interface SnapshotRow {
  readonly name: string;
}

/** `Snapshots of web01 (100): before, after` */
export async function snapshotText(context: ReadContext): Promise<string> {
  const guest = guestOf(context);
  const operation = guestOperation("GET /nodes/{node}/{type}/{vmid}/snapshot", guest.type);
  const { data } = await context.request(operation, placeArgs(guest));
  // The state of now stands among them.
  const names = (data as SnapshotRow[]).map(({ name }) => name).filter((name) =>
    name !== "current"
  );
  return names.length === 0
    ? `${nameOf(guest)} has no snapshots`
    : `Snapshots of ${nameOf(guest)}: ${names.sort().join(", ")}`;
}
