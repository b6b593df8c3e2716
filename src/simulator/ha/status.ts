/**
 * /cluster/ha/status: what HA does at the moment, and switching it off and on.
 *
 * @module
 */
import { byName } from "../core/by_name.ts";
import type { Cluster } from "../core/cluster.ts";
import { perlDate } from "../core/dates.ts";
import type { Handlers } from "../core/handler.ts";
import { text } from "../core/params.ts";
import { failed } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { knownStatus } from "../guest/rows.ts";
import { failedState, guestOf, resourcesOf, wantedState } from "./services.ts";

function master(cluster: Cluster): string {
  return cluster.nodeNames()[0] ?? "";
}

function disarmed(cluster: Cluster): Entry | undefined {
  return cluster.table("ha.control").get("disarmed");
}

function fencing(cluster: Cluster): Entry {
  const off = disarmed(cluster);
  const row: Entry = { id: "fencing", type: "fencing", node: master(cluster) };
  return off
    ? {
      ...row,
      "armed-state": "disarmed",
      "resource_mode": off.mode,
      status: `disarmed (resource mode: ${off.mode})`,
    }
    : { ...row, "armed-state": "armed", status: "armed (CRM watchdog active)" };
}

/** The node of a service as HA knows it: behind by a round when a guest was moved without it. */
function nodeOf(cluster: Cluster, sid: string): string | undefined {
  const guest = guestOf(cluster, sid);
  return guest && cluster.listedNode(guest);
}

/** How far a service is, in HA's words. */
function serviceState(cluster: Cluster, sid: string, entry: Entry): string {
  const wanted = wantedState(entry);
  if (wanted === "ignored") return "ignored";
  const failed = failedState(cluster, sid);
  if (failed !== undefined) return failed;
  const guest = guestOf(cluster, sid);
  const running = guest !== undefined && knownStatus(cluster, guest) === "running";
  if (wanted === "started") return running ? "started" : "starting";
  return running ? "stopping" : wanted;
}

/** What HA tries where a resource does not say. */
const SERVICE_DEFAULTS = { failback: 1, max_relocate: 1, max_restart: 1 };

function serviceRow(cluster: Cluster, sid: string, entry: Entry): Entry {
  const node = nodeOf(cluster, sid) ?? "---";
  const state = serviceState(cluster, sid, entry);
  const { type: _, state: _state, ...settings } = entry;
  return {
    id: `service:${sid}`,
    type: "service",
    sid,
    node,
    state,
    crm_state: state === "starting" ? "started" : state,
    request_state: wantedState(entry),
    status: `${sid} (${node}, ${state})`,
    ...SERVICE_DEFAULTS,
    ...settings,
  };
}

/** Seconds since a node that is down reported last. */
const SILENCE = 600;

function lrmRow(cluster: Cluster, node: string, busy: boolean, reported: number): Entry {
  const online = cluster.isOnline(node);
  const timestamp = online ? reported : reported - SILENCE;
  const state = online ? (busy ? "active" : "idle") : "old timestamp - dead?";
  const watchdog = online ? `watchdog ${busy ? "active" : "standby"}, ` : "";
  const status = `${node} (${state}, ${watchdog}${perlDate(timestamp)})`;
  return { id: `lrm:${node}`, type: "lrm", node, status, timestamp };
}

function current(cluster: Cluster): Entry[] {
  const node = master(cluster);
  const timestamp = cluster.now() - 3;
  const date = perlDate(timestamp);
  const busy = new Set([...resourcesOf(cluster).keys()].map((sid) => nodeOf(cluster, sid)));
  return [
    { id: "quorum", type: "quorum", node, status: "OK", quorate: 1 },
    { id: "master", type: "master", node, status: `${node} (active, ${date})`, timestamp },
    fencing(cluster),
    ...cluster.nodeNames().map((name) => lrmRow(cluster, name, busy.has(name), timestamp)),
    ...[...resourcesOf(cluster)].sort(byName)
      .map(([sid, entry]) => serviceRow(cluster, sid, entry)),
  ];
}

function managerStatus(cluster: Cluster): Entry {
  const timestamp = cluster.now() - 3;
  const names = cluster.nodeNames();
  const services = [...resourcesOf(cluster)].map(([sid, entry]) => [sid, {
    node: nodeOf(cluster, sid),
    state: serviceState(cluster, sid, entry),
    uid: `uid-${sid.replace(":", "")}`,
  }]);
  return {
    manager_status: {
      master_node: master(cluster),
      node_status: Object.fromEntries(
        names.map((name) => [name, cluster.isOnline(name) ? "online" : "unknown"]),
      ),
      service_status: Object.fromEntries(services),
      timestamp,
    },
    lrm_status: Object.fromEntries(
      names.map((name) => [name, { mode: "active", state: "active", results: {}, timestamp }]),
    ),
    quorum: { node: master(cluster), quorate: "1" },
  };
}

/** Handlers of /cluster/ha/status. */
export const handlers: Handlers = {
  "GET /cluster/ha/status/current": current,
  "GET /cluster/ha/status/manager_status": managerStatus,
  "POST /cluster/ha/status/disarm-ha": (cluster, call) => {
    if (disarmed(cluster)) throw failed("HA is already disarmed");
    cluster.table("ha.control").set("disarmed", { mode: text(call, "resource-mode") });
    return null;
  },
  "POST /cluster/ha/status/arm-ha": (cluster) => {
    if (!disarmed(cluster)) throw failed("HA is not disarmed");
    cluster.table("ha.control").delete("disarmed");
    return null;
  },
};
