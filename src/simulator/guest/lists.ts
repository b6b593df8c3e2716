/**
 * Lists of guests, and the state of one.
 *
 * @module
 */
import { mayAny } from "../access/privileges.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handler, Handlers } from "../core/handler.ts";
import type { Guest, GuestType } from "../core/model.ts";
import { guestHandlers } from "./find.ts";
import { flag } from "../core/params.ts";
import { fullRow, nodeRow, statusRow } from "./rows.ts";

function listOf(type: GuestType): Handler {
  return (cluster, call) =>
    cluster.guestsOf(call.path["node"] ?? "")
      .filter((guest) => guest.type === type)
      .filter((guest) => mayAny(cluster, call.user, `/vms/${guest.vmid}`, ["VM.Audit"]))
      .map((guest) => flag(call, "full") ? fullRow(cluster, guest) : nodeRow(cluster, guest));
}

/** Handlers of lists and of the current status. */
export const handlers: Handlers = {
  "GET /nodes/{node}/qemu": listOf("qemu"),
  "GET /nodes/{node}/lxc": listOf("lxc"),
  ...guestHandlers(
    "GET /nodes/{node}/{type}/{vmid}/status/current",
    (cluster: Cluster, guest: Guest) => statusRow(cluster, guest),
  ),
};
