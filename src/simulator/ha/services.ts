/**
 * Guests under HA: their names, nodes and states.
 *
 * Table `ha.resources`: sid (`vm:100`) → {type, state, max_restart?, …}; `ha.failed`: sid → {state}
 * of those that HA could not bring into theirs; `ha.control` holds `disarmed` while HA is.
 *
 * @module
 */
import { splitList } from "../../pve/split_list.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Guest } from "../core/model.ts";
import { named } from "../core/params.ts";
import { failed } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { sidOf as sidOfGuest } from "../guest/names.ts";

/** Guests under HA by sid. */
export function resourcesOf(cluster: Cluster): Map<string, Entry> {
  return cluster.table("ha.resources");
}

/** The state that HA has given up a service in, or is about to leave: `error`, `fence`, `recovery`. */
export function failedState(cluster: Cluster, sid: string): string | undefined {
  const state = cluster.table("ha.failed").get(sid)?.state;
  return state === undefined ? undefined : String(state);
}

/** The sid that a name or number stands for: `100` is `vm:100` or `ct:100`. */
export function sidOf(cluster: Cluster, name: string): string {
  if (/^\d+$/.test(name)) {
    const guest = cluster.guests.get(Number(name));
    if (!guest) throw failed(`unable do detect SID from VMID - VM/CT ${name} does not exist`);
    return sidOfGuest(guest);
  }
  if (!/^\S+:\S+$/.test(name)) throw failed(`unable to parse service id '${name}'`);
  return name;
}

/** The sid of the `sid` parameter. */
export function callSid(cluster: Cluster, call: Call): string {
  return sidOf(cluster, named(call, "sid"));
}

/** The guest of a sid, or undefined when it is of another type or gone. */
export function guestOf(cluster: Cluster, sid: string): Guest | undefined {
  const [kind, vmid] = sid.split(":");
  const guest = cluster.guests.get(Number(vmid));
  return guest?.type === (kind === "ct" ? "lxc" : "qemu") ? guest : undefined;
}

/** State that PVE wants of a service; `enabled` is an old word for `started`. */
export function wantedState(entry: Entry): string {
  const state = String(entry.state ?? "started");
  return state === "enabled" ? "started" : state;
}

/** Takes a resource out of all rules; a rule that loses its last resource goes as well. */
export function purgeFromRules(cluster: Cluster, sid: string): void {
  const rules = cluster.table("ha.rules");
  for (const [name, rule] of rules) {
    const rest = splitList(rule.resources).filter((each) => each !== sid);
    if (rest.length === 0) rules.delete(name);
    else rule.resources = rest.join(",");
  }
}
