/**
 * The cluster as a whole: status, resources, the next free number.
 *
 * @module
 */
import { mayAny, maySeeStorage, userOf } from "../access/privileges.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handlers } from "../core/handler.ts";
import { number, text } from "../core/params.ts";
import { failed, invalid } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { resourceRow, rowContext } from "../guest/rows.ts";
import { addressOf } from "../node/addresses.ts";
import { nodeLoads } from "../node/load.ts";
import { nodeRow } from "../node/status.ts";
import { entryNode } from "../request/api.ts";

/** True when nothing is hidden from the caller: root and its tokens without separation. */
function seesEverything(cluster: Cluster, user: string): boolean {
  if (user === "root@pam") return true;
  return userOf(user) === "root@pam" && !Number(cluster.table("access.tokens").get(user)?.privsep);
}

function guestRows(cluster: Cluster, call: Call): Entry[] {
  const all = seesEverything(cluster, call.user);
  const pools = cluster.pools();
  const context = rowContext(cluster);
  const rows: Entry[] = [];
  for (const guest of cluster.guests.values()) {
    if (!all && !mayAny(cluster, call.user, `/vms/${guest.vmid}`, ["VM.Audit"])) continue;
    const pool = pools.get(guest.vmid);
    const seesPool = pool !== undefined &&
      (all || mayAny(cluster, call.user, `/pool/${pool}`, ["Pool.Audit"]));
    rows.push(resourceRow(cluster, guest, seesPool ? pool : undefined, context));
  }
  return rows;
}

function storageRows(cluster: Cluster, call: Call): Entry[] {
  const rows: Entry[] = [];
  for (const [storage, definition] of cluster.storages.definitions) {
    if (!maySeeStorage(cluster, call.user, storage)) continue;
    for (const node of cluster.nodeNames()) {
      if (!cluster.storages.isOn(definition, node) || Number(definition.disable)) continue;
      const row: Entry = {
        id: `storage/${node}/${storage}`,
        type: "storage",
        storage,
        node,
        plugintype: definition.type,
        content: cluster.storages.content(definition).join(","),
        shared: cluster.storages.isShared(storage) ? 1 : 0,
        status: cluster.isOnline(node) ? "available" : "unknown",
      };
      if (row.status === "available") {
        const { total, used } = cluster.storages.usage(storage, node);
        Object.assign(row, { disk: used, maxdisk: total });
      }
      rows.push(row);
    }
  }
  return rows;
}

function poolRows(cluster: Cluster, call: Call): Entry[] {
  return [...cluster.table("pools").keys()]
    .filter((pool) => mayAny(cluster, call.user, `/pool/${pool}`, ["Pool.Audit"]))
    .map((pool) => ({ id: `/pool/${pool}`, type: "pool", pool }));
}

function sdnRows(cluster: Cluster, call: Call): Entry[] {
  if (!mayAny(cluster, call.user, "/sdn/zones/localnetwork", ["SDN.Audit", "SDN.Use"])) return [];
  return cluster.nodeNames().map((node) => ({
    id: `sdn/${node}/localnetwork`,
    type: "sdn",
    sdn: "localnetwork",
    node,
    status: cluster.isOnline(node) ? "ok" : "unknown",
  }));
}

function resources(cluster: Cluster, call: Call): Entry[] {
  const type = text(call, "type");
  const rows: Entry[] = [];
  if (type === undefined) rows.push(...poolRows(cluster, call));
  if (type === undefined || type === "vm") {
    for (const row of guestRows(cluster, call)) rows.push(row);
  }
  if (type === undefined || type === "node") {
    const loads = nodeLoads(cluster);
    for (const node of cluster.nodes.values()) {
      const sees = mayAny(cluster, call.user, `/nodes/${node.name}`, ["Sys.Audit"]);
      const { ssl_fingerprint: _, ...row } = nodeRow(
        cluster,
        node,
        sees ? loads.get(node.name) : undefined,
      );
      rows.push({ ...row, "cgroup-mode": 2, hastate: "online" });
    }
  }
  if (type === undefined || type === "storage") rows.push(...storageRows(cluster, call));
  if (type === undefined || type === "sdn") rows.push(...sdnRows(cluster, call));
  return rows;
}

function status(cluster: Cluster): Entry[] {
  const local = entryNode(cluster, "");
  const nodes = [...cluster.nodes.values()].map(({ name, nodeid }) => ({
    id: `node/${name}`,
    type: "node",
    name,
    nodeid: cluster.name === undefined ? 0 : nodeid,
    ip: addressOf(cluster, name),
    local: name === local ? 1 : 0,
    online: cluster.isOnline(name) ? 1 : 0,
    level: "",
  }));
  if (cluster.name === undefined) return nodes;
  return [{
    id: "cluster",
    type: "cluster",
    name: cluster.name,
    nodes: nodes.length,
    quorate: cluster.isQuorate() ? 1 : 0,
    version: nodes.length,
  }, ...nodes];
}

function nextId(cluster: Cluster, call: Call): string {
  const wanted = number(call, "vmid");
  if (wanted !== undefined) {
    if (cluster.guests.has(wanted)) throw invalid({ vmid: `VM ${wanted} already exists` });
    return String(wanted);
  }
  for (let vmid = 100; vmid < 1_000_000; vmid++) {
    if (!cluster.guests.has(vmid)) return String(vmid);
  }
  throw failed("unable to get any free VMID in range [100, 1000000]");
}

/** Handlers of the cluster as a whole. */
export const handlers: Handlers = {
  "GET /cluster/resources": resources,
  "GET /cluster/status": status,
  "GET /cluster/nextid": nextId,
};
