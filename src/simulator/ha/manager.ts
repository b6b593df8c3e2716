/**
 * What HA does by itself: its managers look every few seconds what is wanted of each guest, and the
 * guest's node does it with tasks of root@pam. Sources: PVE::HA::Manager, PVE::HA::LRM,
 * PVE::HA::Resources::PVEVM and PVECT.
 *
 * @module
 */
import {
  type HaRule,
  recoveryPlacements,
  REMOVABLE_LOCKS,
  rulesOfGroups,
} from "../../pve/ha_placement.ts";
import { affinitiesOf } from "../../pve/ha_rules.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Guest } from "../core/model.ts";
import type { Entry } from "../core/tables.ts";
import { actOn, type GuestAction } from "../guest/act.ts";
import { knownStatus } from "../guest/rows.ts";
import { guestOf, resourcesOf, wantedState } from "./services.ts";

/** How long a request waits until the managers look; theirs are rounds of some seconds. */
const ROUND_MS = 4_000;

/** How long a node is gone until it counts as fenced. */
const FENCE_MS = 120_000;

/** Seconds that a guest has to shut down when nobody says. */
const SHUTDOWN_SECONDS = 60;

function isArmed(cluster: Cluster): boolean {
  return !cluster.table("ha.control").has("disarmed");
}

function withId(name: string, table: Iterable<readonly [string, Entry]>): Entry[] {
  return [...table].map(([id, entry]) => ({ [name]: id, ...entry }));
}

/** The rules, which took the place of groups with 9.0. */
function rulesOf(cluster: Cluster): HaRule[] {
  if (cluster.release === "8.4") {
    const groups = withId("group", cluster.table("ha.groups"));
    return rulesOfGroups(groups, withId("sid", resourcesOf(cluster)));
  }
  return [...cluster.table("ha.rules")].map(([rule, entry]) => ({ rule, ...entry }));
}

function act(
  cluster: Cluster,
  guest: Guest,
  action: GuestAction,
  params: Call["params"] = {},
): void {
  actOn(cluster, guest, action, { user: "root@pam", byHa: true }, params);
}

/** Stops a guest: at once with 0 seconds, else by shutting it down. */
function stop(cluster: Cluster, guest: Guest, seconds: number): void {
  if (seconds === 0) return act(cluster, guest, "status/stop");
  const force: Call["params"] = guest.type === "lxc" ? {} : { forceStop: true };
  act(cluster, guest, "status/shutdown", { timeout: seconds, ...force });
}

/** Has the managers bring a guest into the state that is wanted of it, in their next round. */
export function enforceState(cluster: Cluster, sid: string): void {
  cluster.later(ROUND_MS, () => {
    const entry = resourcesOf(cluster).get(sid);
    const guest = guestOf(cluster, sid);
    if (!entry || !guest || !isArmed(cluster)) return;
    const wanted = wantedState(entry);
    const status = knownStatus(cluster, guest);
    if (wanted === "started" && status === "stopped") act(cluster, guest, "status/start");
    const isUnwanted = wanted === "stopped" || wanted === "disabled";
    if (isUnwanted && status === "running") stop(cluster, guest, SHUTDOWN_SECONDS);
  });
}

/** What `ha-manager set SID --state started` does. */
export function requestStart(cluster: Cluster, sid: string): void {
  const entry = resourcesOf(cluster).get(sid);
  if (entry) entry.state = "started";
  enforceState(cluster, sid);
}

/** What `ha-manager crm-command stop SID SECONDS` does. */
export function requestStop(cluster: Cluster, sid: string, seconds: number): void {
  cluster.later(ROUND_MS, () => {
    const entry = resourcesOf(cluster).get(sid);
    const guest = guestOf(cluster, sid);
    // Only a service that is wanted to run takes commands.
    if (!entry || !guest || !isArmed(cluster) || wantedState(entry) !== "started") return;
    entry.state = "stopped";
    if (knownStatus(cluster, guest) === "running") stop(cluster, guest, seconds);
  });
}

/** Resources on a node that a guest is kept apart from: with them, HA does not move it there. */
export function blockersOn(cluster: Cluster, sid: string, node: string): string[] {
  return affinitiesOf(sid, rulesOf(cluster), cluster.nodeNames()).separate.filter((other) => {
    const entry = resourcesOf(cluster).get(other);
    return entry && wantedState(entry) !== "ignored" && guestOf(cluster, other)?.node === node;
  });
}

/**
 * What `ha-manager migrate` and `relocate` do: a VM migrates as it runs, everything else is stopped,
 * moved, and started there.
 */
export function requestMove(
  cluster: Cluster,
  sid: string,
  node: string,
  online: boolean,
): void {
  cluster.later(ROUND_MS, () => {
    const guest = guestOf(cluster, sid);
    if (!guest || guest.node === node || !isArmed(cluster) || !cluster.isOnline(node)) return;
    const isRunning = knownStatus(cluster, guest) === "running";
    if (isRunning && (guest.type === "lxc" || !online)) {
      stop(cluster, guest, SHUTDOWN_SECONDS);
      cluster.later(ROUND_MS, () => move(cluster, sid, node, false));
    } else {
      move(cluster, sid, node, online && isRunning);
    }
  });
}

function move(cluster: Cluster, sid: string, node: string, online: boolean): void {
  const guest = guestOf(cluster, sid);
  if (!guest) return;
  const local: Call["params"] = guest.type === "lxc" ? {} : { "with-local-disks": true };
  act(cluster, guest, "migrate", { target: node, ...(online ? { online } : {}), ...local });
  enforceState(cluster, sid);
}

/**
 * Has the managers bring the guests of a node that is gone back on others: HA takes their
 * configurations there and starts them, whatever they need of the node that they were on.
 */
export function recoverFrom(cluster: Cluster, lost: string): void {
  cluster.later(FENCE_MS, () => {
    if (cluster.isOnline(lost) || !cluster.isQuorate() || !isArmed(cluster)) return;
    const services = [...resourcesOf(cluster)].flatMap(([sid, entry]) => {
      const guest = guestOf(cluster, sid);
      const wanted = wantedState(entry);
      if (!guest || wanted === "ignored") return [];
      return [{ sid, node: guest.node, active: wanted === "started" }];
    });
    const online = cluster.nodeNames().filter((node) => cluster.isOnline(node));
    for (const [sid, { node }] of recoveryPlacements(services, rulesOf(cluster), online)) {
      const guest = guestOf(cluster, sid);
      if (!guest || node === undefined) continue;
      guest.node = node;
      guest.status = "stopped";
      if (REMOVABLE_LOCKS.includes(String(guest.config.lock))) delete guest.config.lock;
      enforceState(cluster, sid);
    }
  });
}
