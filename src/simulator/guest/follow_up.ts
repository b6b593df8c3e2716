/**
 * What follows on the creation or the restore of a guest.
 *
 * @module
 */
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Guest } from "../core/model.ts";
import { flag } from "../core/params.ts";
import { requestStart } from "../ha/manager.ts";
import { shortType, sidOf } from "./names.ts";
import { powerTask } from "./power.ts";

/** Gives the guest to HA, or starts it by a task of its own, where that is asked for. */
export function followUp(cluster: Cluster, guest: Guest, call: Call): string[] {
  const log: string[] = [];
  const starts = flag(call, "start") ?? false;
  if (flag(call, "ha-managed")) {
    log.push("Add as HA resource");
    const state = starts ? "started" : "stopped";
    cluster.table("ha.resources").set(sidOf(guest), { type: shortType(guest.type), state });
    if (starts) requestStart(cluster, sidOf(guest));
  } else if (starts) {
    if (guest.type === "qemu") log.push("Execute autostart");
    powerTask(cluster, guest, call.user, "start");
  }
  return log;
}
