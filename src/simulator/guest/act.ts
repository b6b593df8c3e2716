/**
 * Acts on a guest as its node would, for HA and for actions on many guests.
 *
 * @module
 */
import { guestOperation } from "../../pve/api.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Guest } from "../core/model.ts";
import { ApiError } from "../core/refusal.ts";

/** What is done to a guest: the last part of the operation's path. */
export type GuestAction = "migrate" | `status/${"shutdown" | "start" | "stop" | "suspend"}`;

/** Acts on a guest; one that refuses is left as it is. */
export function actOn(
  cluster: Cluster,
  guest: Guest,
  action: GuestAction,
  caller: Pick<Call, "user" | "byHa">,
  params: Call["params"] = {},
): void {
  try {
    cluster.invoke({
      operation: guestOperation(`POST /nodes/{node}/{type}/{vmid}/${action}`, guest.type),
      path: { node: guest.node, vmid: String(guest.vmid) },
      params,
      ...caller,
    });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}
