/**
 * SDN fabrics: routed underlays of the nodes.
 *
 * @module
 */
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import { tableDigest } from "../core/collection.ts";
import { assertUnmodified } from "../core/digest.ts";
import type { Handlers } from "../core/handler.ts";
import { changed, fields, named, text } from "../core/params.ts";
import { failed } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { assertUnlocked } from "./store.ts";

const TRANSIENT = ["delete", "digest", "lock-token"];

function fabrics(cluster: Cluster): Map<string, Entry> {
  return cluster.table("sdn.fabrics");
}

function members(cluster: Cluster): Map<string, Entry> {
  return cluster.table("sdn.fabric-nodes");
}

function foundFabric(cluster: Cluster, id: string): Entry {
  const fabric = fabrics(cluster).get(id);
  if (!fabric) throw failed(`fabric '${id}' does not exist`);
  return fabric;
}

function memberKey(call: Call): string {
  return `${named(call, "fabric_id")}/${named(call, "node_id")}`;
}

function foundMember(cluster: Cluster, call: Call): Entry {
  const member = members(cluster).get(memberKey(call));
  if (!member) {
    const [fabric, node] = memberKey(call).split("/");
    throw failed(`node '${node}' does not exist in fabric '${fabric}'`);
  }
  return member;
}

function update(table: Map<string, Entry>, key: string, before: Entry, call: Call): null {
  assertUnmodified(tableDigest(table, "sha256"), text(call, "digest"));
  table.set(key, changed(before, call, ["lock-token"]));
  return null;
}

function rows(table: Map<string, Entry>, fabric?: string): Entry[] {
  const digest = tableDigest(table, "sha256");
  return [...table.values()]
    .filter(({ fabric_id }) => fabric === undefined || fabric_id === fabric)
    .map((entry) => ({ ...entry, digest }));
}

/** Handlers of /cluster/sdn/fabrics and of their state on nodes. */
export const handlers: Handlers = {
  "GET /cluster/sdn/fabrics/all": (cluster) => ({
    fabrics: rows(fabrics(cluster)),
    nodes: rows(members(cluster)),
  }),
  "GET /cluster/sdn/fabrics/fabric": (cluster) => rows(fabrics(cluster)),
  "POST /cluster/sdn/fabrics/fabric": (cluster, call) => {
    assertUnlocked(cluster, call);
    const id = named(call, "id");
    if (fabrics(cluster).has(id)) throw failed(`fabric '${id}' already exists`);
    fabrics(cluster).set(id, fields(call, TRANSIENT));
    return null;
  },
  "GET /cluster/sdn/fabrics/fabric/{id}": (cluster, call) => ({
    ...foundFabric(cluster, named(call, "id")),
    digest: tableDigest(fabrics(cluster), "sha256"),
  }),
  "PUT /cluster/sdn/fabrics/fabric/{id}": (cluster, call) => {
    assertUnlocked(cluster, call);
    const id = named(call, "id");
    return update(fabrics(cluster), id, foundFabric(cluster, id), call);
  },
  "DELETE /cluster/sdn/fabrics/fabric/{id}": (cluster, call) => {
    const id = named(call, "id");
    foundFabric(cluster, id);
    fabrics(cluster).delete(id);
    for (const key of members(cluster).keys()) {
      if (key.startsWith(`${id}/`)) members(cluster).delete(key);
    }
    return null;
  },

  "GET /cluster/sdn/fabrics/node": (cluster) => rows(members(cluster)),
  "GET /cluster/sdn/fabrics/node/{fabric_id}": (cluster, call) =>
    rows(members(cluster), named(call, "fabric_id")),
  "POST /cluster/sdn/fabrics/node/{fabric_id}": (cluster, call) => {
    assertUnlocked(cluster, call);
    const fabric_id = named(call, "fabric_id");
    foundFabric(cluster, fabric_id);
    const key = memberKey(call);
    if (members(cluster).has(key)) {
      throw failed(`node '${named(call, "node_id")}' already exists in fabric '${fabric_id}'`);
    }
    members(cluster).set(key, { ...fields(call, TRANSIENT), fabric_id });
    return null;
  },
  "GET /cluster/sdn/fabrics/node/{fabric_id}/{node_id}": (cluster, call) => ({
    ...foundMember(cluster, call),
    digest: tableDigest(members(cluster), "sha256"),
  }),
  "PUT /cluster/sdn/fabrics/node/{fabric_id}/{node_id}": (cluster, call) => {
    assertUnlocked(cluster, call);
    return update(members(cluster), memberKey(call), foundMember(cluster, call), call);
  },
  "DELETE /cluster/sdn/fabrics/node/{fabric_id}/{node_id}": (cluster, call) => {
    foundMember(cluster, call);
    members(cluster).delete(memberKey(call));
    return null;
  },

  "GET /nodes/{node}/sdn/fabrics/{fabric}/interfaces": () => [],
  "GET /nodes/{node}/sdn/fabrics/{fabric}/neighbors": () => [],
  "GET /nodes/{node}/sdn/fabrics/{fabric}/routes": () => [],
};
