/**
 * Acts on a guest the way its own node would, for operations of the whole cluster.
 *
 * @module
 */
import { guestOperation } from "../../pve/api.ts";
import { ApiError, type Call, type ClusterView, type Entry } from "../core/types.ts";

/** What is done to a guest: the last part of the operation's path. */
export type GuestAction = "migrate" | `status/${"shutdown" | "start" | "stop" | "suspend"}`;

/** Acts on a guest as shown by `ClusterView.guest()`; a guest that refuses is left as it is. */
export function actOn(
  cluster: ClusterView,
  guest: Entry,
  action: GuestAction,
  asker: Pick<Call, "user" | "byHa">,
  params: Call["params"] = {},
): void {
  const type = guest.type === "lxc" ? "lxc" : "qemu";
  try {
    cluster.invoke({
      operation: guestOperation(`POST /nodes/{node}/{type}/{vmid}/${action}`, type),
      path: { node: String(guest.node), vmid: String(guest.vmid) },
      params,
      ...asker,
    });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}
