/**
 * /nodes/{node}/ceph/pool: Ceph's pools, their settings and what they hold.
 *
 * @module
 */
import { MIB } from "../../base/byte_units.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handlers } from "../core/handler.ts";
import { fields, flag, named, number, text } from "../core/params.ts";
import { failed } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { osds, pools, rawBytes, usedBytes } from "./store.ts";

const DEFAULTS: Entry = {
  size: 3,
  min_size: 2,
  pg_num: 128,
  crush_rule: "replicated_rule",
  pg_autoscale_mode: "warn",
};

function foundPool(cluster: Cluster, call: Call): Entry {
  const name = named(call, "name");
  const pool = pools(cluster).get(name);
  if (!pool) throw failed(`pool '${name}' does not exist`);
  return pool;
}

function availableBytes(cluster: Cluster, pool: Entry): number {
  return Math.floor((rawBytes(cluster) - usedBytes(cluster)) / Number(pool.size));
}

function autoscale(name: string, pool: Entry): Entry {
  return {
    pool_name: name,
    pg_num_final: pool.pg_num,
    pg_num_target: pool.pg_num,
    would_adjust: false,
  };
}

function poolRow(cluster: Cluster, name: string, pool: Entry): Entry {
  const stored = Number(pool.stored ?? 0);
  return {
    pool: pool.id,
    pool_name: name,
    type: "replicated",
    size: pool.size,
    min_size: pool.min_size,
    pg_num: pool.pg_num,
    pg_num_final: pool.pg_num,
    pg_autoscale_mode: pool.pg_autoscale_mode,
    crush_rule: 0,
    crush_rule_name: pool.crush_rule,
    bytes_used: stored * Number(pool.size),
    percent_used: stored / (stored + availableBytes(cluster, pool)),
    application_metadata: { [String(pool.application)]: {} },
    autoscale_status: autoscale(name, pool),
  };
}

function poolStatus(cluster: Cluster, call: Call): Entry {
  const name = named(call, "name");
  const pool = foundPool(cluster, call);
  const stored = Number(pool.stored ?? 0);
  const { stored: _, ...settings } = pool;
  return {
    ...settings,
    name,
    application_list: [pool.application],
    pgp_num: pool.pg_num,
    fast_read: 0,
    hashpspool: 1,
    "nodeep-scrub": 0,
    nodelete: 0,
    nopgchange: 0,
    noscrub: 0,
    nosizechange: 0,
    use_gmt_hitset: 1,
    write_fadvise_dontneed: 0,
    autoscale_status: autoscale(name, pool),
    ...(flag(call, "verbose")
      ? {
        statistics: {
          stored,
          bytes_used: stored * Number(pool.size),
          max_avail: availableBytes(cluster, pool),
          objects: Math.floor(stored / (4 * MIB)),
        },
      }
      : {}),
  };
}

function nextId(cluster: Cluster): number {
  return Math.max(0, ...[...pools(cluster).values()].map(({ id }) => Number(id))) + 1;
}

/** Makes a pool; what is not said is as PVE has it. */
export function addPool(cluster: Cluster, name: string, settings: Entry): void {
  pools(cluster).set(name, { ...DEFAULTS, id: nextId(cluster), stored: 0, ...settings });
}

function createPool(cluster: Cluster, call: Call): string {
  const name = named(call, "name");
  if (pools(cluster).has(name)) throw failed(`pool '${name}' already exists`);
  const size = number(call, "size") ?? Number(DEFAULTS.size);
  if ((number(call, "min_size") ?? 1) > size) throw failed("min_size must not exceed size");
  if (size > osds(cluster).size) throw failed(`not enough OSDs for size ${size}`);
  if (flag(call, "add_storages") && cluster.table("storage").has(name)) {
    throw failed(`storage ID '${name}' already defined`);
  }
  return cluster.startTask({
    node: named(call, "node"),
    type: "cephcreatepool",
    id: name,
    user: call.user,
    ms: 3000,
    log: [`pool ${name}: applying application = ${text(call, "application") ?? "rbd"}`],
    finish: () => {
      const settings = fields(call, ["name", "add_storages", "erasure-coding"]);
      addPool(cluster, name, { application: "rbd", ...settings });
      if (flag(call, "add_storages")) {
        const content = "images,rootdir";
        cluster.table("storage").set(name, {
          type: "rbd",
          pool: name,
          content,
          krbd: 0,
          shared: 1,
        });
      }
    },
  });
}

function storageOf(cluster: Cluster, pool: string): string | undefined {
  return [...cluster.table("storage")]
    .find(([, each]) => each.type === "rbd" && each.pool === pool)?.[0];
}

function destroyPool(cluster: Cluster, call: Call): string {
  const name = named(call, "name");
  foundPool(cluster, call);
  const storage = storageOf(cluster, name);
  if (storage !== undefined && !flag(call, "force") && !flag(call, "remove_storages")) {
    throw failed(`ceph pool '${name}' still in use by storage '${storage}'`);
  }
  return cluster.startTask({
    node: named(call, "node"),
    type: "cephdestroypool",
    id: name,
    user: call.user,
    ms: 3000,
    finish: () => {
      pools(cluster).delete(name);
      if (storage !== undefined && flag(call, "remove_storages")) {
        cluster.table("storage").delete(storage);
      }
    },
  });
}

/** Handlers of pools. */
export const handlers: Handlers = {
  "GET /nodes/{node}/ceph/pool": (cluster) =>
    [...pools(cluster)].map(([name, pool]) => poolRow(cluster, name, pool)),
  "GET /nodes/{node}/ceph/pool/{name}/status": poolStatus,
  "POST /nodes/{node}/ceph/pool": createPool,
  "PUT /nodes/{node}/ceph/pool/{name}": (cluster, call) => {
    const pool = foundPool(cluster, call);
    return cluster.startTask({
      node: named(call, "node"),
      type: "cephsetpool",
      id: named(call, "name"),
      user: call.user,
      ms: 1500,
      finish: () => {
        Object.assign(pool, fields(call));
      },
    });
  },
  "DELETE /nodes/{node}/ceph/pool/{name}": destroyPool,
};
