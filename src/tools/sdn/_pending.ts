/**
 * SDN keeps changes back until they are applied to the whole cluster. What all SDN tools share:
 * the two actions about that, the words, and the lists that show both states.
 *
 * @module
 */
import type { Answer, Row } from "../../tool/answer.ts";
import { write } from "../../tool/define.ts";

/** Said with every change. */
export const PENDING_NOTE = "Pending: nothing changes on the network until action=apply";

/** Applies all pending SDN changes of the cluster, whichever tool made them. */
export const apply = write("PUT /cluster/sdn", {
  successMessage: "The SDN configuration is applied on all nodes",
});

/** Forgets all pending SDN changes; since Proxmox VE 9. */
export const rollback = write("POST /cluster/sdn/rollback", {
  successMessage: "All pending SDN changes are discarded",
});

/**
 * One object as it will be after applying. Proxmox VE answers the running values, a `state` (new,
 * changed, deleted) and the differing values under `pending`; a removed value is "deleted" there.
 */
export function effectiveRow(row: Row): Row {
  const { pending, ...running } = row;
  if (typeof pending !== "object" || pending === null) return row;
  const values = Object.entries({ ...running, ...pending }).filter(([, value]) =>
    value !== "deleted" || row.state === "deleted"
  );
  // Of what is new or going, every value is; of what changes, these are.
  const changes = row.state === "changed" ? { pending } : {};
  return { ...Object.fromEntries(values), ...changes };
}

/** Says that what a list or an object shows waits for apply, if it does. */
export function pendingNote({ list, object }: Answer): string | undefined {
  const state = list?.columns.indexOf("state") ?? -1;
  const states = [object?.state, ...(state < 0 ? [] : list?.rows.map((row) => row[state]) ?? [])];
  const waits = states.some((each) => typeof each === "string" && each !== "");
  return waits
    ? "What has a state is pending: values as they will be after action=apply"
    : undefined;
}

/** A list of objects, or one, as after applying. */
export function effective(data: unknown): unknown {
  return Array.isArray(data) ? data.map(effectiveRow) : effectiveRow(data as Row);
}
