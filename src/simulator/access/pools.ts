/**
 * /pools: guests and storages that belong together. A pool `a/b` lies inside the pool `a`.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { splitList } from "../../pve/split_list.ts";
import { byName } from "../core/by_name.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handlers, Seed } from "../core/handler.ts";
import { flag, list, named, text } from "../core/params.ts";
import { during, failed, forbidden } from "../core/refusal.ts";
import type { Entry, PoolEntry } from "../core/tables.ts";
import { resourceRowOf } from "../guest/rows.ts";
import { mayAll, mayModify, modifyPrivileges } from "./privileges.ts";

function pools(cluster: Cluster): Map<string, PoolEntry> {
  return cluster.table("pools");
}

function found(cluster: Cluster, poolid: string): PoolEntry {
  const pool = pools(cluster).get(poolid);
  if (!pool) throw failed(`pool '${poolid}' does not exist`);
  return pool;
}

function storageRow(cluster: Cluster, storage: string): Entry | undefined {
  const config = cluster.table("storage").get(storage);
  if (!config) return undefined;
  const only = splitList(config.nodes);
  const node = only[0] ?? cluster.nodeNames()[0] ?? "";
  const { used, total } = cluster.storages.usage(storage, node);
  return {
    id: `storage/${node}/${storage}`,
    type: "storage",
    storage,
    node,
    content: config.content,
    plugintype: config.type,
    shared: Number(config.shared ?? 0),
    status: "available",
    disk: used,
    maxdisk: total,
  };
}

function members(cluster: Cluster, pool: PoolEntry, type: string | undefined): Entry[] {
  const rows: Entry[] = [];
  for (const vmid of [...pool.vms].sort((a, b) => a - b)) {
    const guest = cluster.guests.get(vmid);
    if (!guest) continue;
    const { pool: _, ...row } = resourceRowOf(cluster, guest);
    rows.push(row);
  }
  for (const name of [...pool.storage].sort()) {
    const row = storageRow(cluster, name);
    if (row) rows.push(row);
  }
  return rows.filter((row) => type === undefined || row.type === type);
}

function poolAnswer(cluster: Cluster, poolid: string, type: string | undefined): Entry {
  const pool = found(cluster, poolid);
  return {
    poolid,
    members: members(cluster, pool, type),
    ...defined({ comment: pool.comment }),
  };
}

function assertMayModify(cluster: Cluster, call: Call, path: string): void {
  if (!mayModify(cluster, call.user, path)) {
    throw forbidden(`${path}, ${modifyPrivileges(path).join("|")}`);
  }
}

function poolWith(cluster: Cluster, vmid: number): [string, PoolEntry] | undefined {
  return [...pools(cluster)].find(([, pool]) => pool.vms.has(vmid));
}

function changeGuest(cluster: Cluster, call: Call, poolid: string, vmid: number): void {
  const pool = found(cluster, poolid);
  assertMayModify(cluster, call, `/vms/${vmid}`);
  if (flag(call, "delete")) {
    if (!pool.vms.delete(vmid)) throw failed(`VM ${vmid} is not a pool member`);
    return;
  }
  if (pool.vms.has(vmid)) throw failed(`VM ${vmid} is already a pool member`);
  const other = poolWith(cluster, vmid);
  if (other && !flag(call, "allow-move")) {
    throw failed(`VM ${vmid} belongs already to pool '${other[0]}' and 'allow-move' is not set`);
  }
  if (other) assertMayModify(cluster, call, `/pool/${other[0]}`);
  other?.[1].vms.delete(vmid);
  pool.vms.add(vmid);
}

function changeStorage(cluster: Cluster, call: Call, pool: PoolEntry, storage: string): void {
  assertMayModify(cluster, call, `/storage/${storage}`);
  if (flag(call, "delete")) {
    if (!pool.storage.delete(storage)) throw failed(`Storage '${storage}' is not a pool member`);
    return;
  }
  if (pool.storage.has(storage)) throw failed(`Storage '${storage}' is already a pool member`);
  pool.storage.add(storage);
}

function create(cluster: Cluster, call: Call): null {
  return during("create pool failed", () => {
    const poolid = named(call, "poolid");
    if (pools(cluster).has(poolid)) throw failed(`pool '${poolid}' already exists`);
    const parent = poolid.includes("/") ? poolid.slice(0, poolid.lastIndexOf("/")) : undefined;
    if (parent !== undefined && !pools(cluster).has(parent)) {
      throw failed(`parent '${parent}' of pool '${poolid}' does not exist`);
    }
    const comment = text(call, "comment");
    pools(cluster).set(poolid, {
      vms: new Set(),
      storage: new Set(),
      ...defined({ comment: comment || undefined }),
    });
    return null;
  });
}

function update(cluster: Cluster, call: Call): null {
  return during("update pools failed", () => {
    const poolid = named(call, "poolid");
    const before = found(cluster, poolid);
    const comment = text(call, "comment");
    const copies = new Map(
      [...pools(cluster)].map(([name, pool]) => [name, {
        ...pool,
        vms: new Set(pool.vms),
        storage: new Set(pool.storage),
      }]),
    );
    try {
      if (comment !== undefined) before.comment = comment;
      for (const vmid of list(call, "vms")) changeGuest(cluster, call, poolid, Number(vmid));
      for (const storage of list(call, "storage")) changeStorage(cluster, call, before, storage);
    } catch (error) {
      // PVE writes its file only when all went well.
      for (const [name, pool] of copies) pools(cluster).set(name, pool);
      throw error;
    }
    return null;
  });
}

function remove(cluster: Cluster, call: Call): null {
  return during("delete pool failed", () => {
    const poolid = named(call, "poolid");
    const pool = found(cluster, poolid);
    const inner = [...pools(cluster).keys()].find((name) => name.startsWith(`${poolid}/`));
    if (inner) throw failed(`pool '${poolid}' is not empty (contains pool '${inner}')`);
    const vmid = [...pool.vms].find((each) => cluster.guests.has(each));
    if (vmid !== undefined) throw failed(`pool '${poolid}' is not empty (contains VM ${vmid})`);
    const storage = [...pool.storage].find((each) => cluster.table("storage").has(each));
    if (storage) throw failed(`pool '${poolid}' is not empty (contains storage '${storage}')`);
    pools(cluster).delete(poolid);
    cluster.table("access.acl").delete(`/pool/${poolid}`);
    return null;
  });
}

/** Handlers of /pools, in both ways that PVE offers: the pool as parameter, or in the path. */
export const handlers: Handlers = {
  "GET /pools": (cluster, call) => {
    const poolid = text(call, "poolid");
    const sees = (name: string): boolean =>
      mayAll(cluster, call.user, `/pool/${name}`, ["Pool.Audit"]);
    if (poolid !== undefined) {
      if (!sees(poolid)) throw forbidden(`/pool/${poolid}, Pool.Audit`);
      return [poolAnswer(cluster, poolid, text(call, "type"))];
    }
    return [...pools(cluster)].filter(([name]) => sees(name)).sort(byName)
      .map(([name, { comment }]) => defined({ poolid: name, comment }));
  },
  "GET /pools/{poolid}": (cluster, call) =>
    poolAnswer(cluster, named(call, "poolid"), text(call, "type")),
  "POST /pools": create,
  "PUT /pools": update,
  "PUT /pools/{poolid}": update,
  "DELETE /pools": remove,
  "DELETE /pools/{poolid}": remove,
};

/** Most guests that a pool of the company has. */
const MAX_SEEDED_GUESTS = 8;

/** Pools of production and development guests, by their tags. */
export const seed: Seed = (cluster) => {
  const tagged = (tag: string): Set<number> => {
    const found = new Set<number>();
    for (const { vmid, config } of cluster.sortedGuests()) {
      const tags = splitList(config.tags);
      if (tags.includes(tag) && found.size < MAX_SEEDED_GUESTS) found.add(vmid);
    }
    return found;
  };
  pools(cluster).set("production", {
    vms: tagged("production"),
    storage: new Set([...cluster.table("storage").keys()].slice(0, 1)),
    comment: "Guests that customers see",
  });
  pools(cluster).set("development", { vms: tagged("development"), storage: new Set() });
};
