/**
 * Acts on a guest the way its own node would, for operations of the whole cluster.
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
  asker: Pick<Call, "user" | "byHa">,
  params: Call["params"] = {},
): void {
  try {
    cluster.invoke({
      operation: guestOperation(`POST /nodes/{node}/{type}/{vmid}/${action}`, guest.type),
      path: { node: guest.node, vmid: String(guest.vmid) },
      params,
      ...asker,
    });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}
