/**
 * /nodes/{node}/ceph/fs: Ceph's file systems, each over two pools.
 *
 * @module
 */
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handlers } from "../core/handler.ts";
import { flag, named, number, text } from "../core/params.ts";
import { failed } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { addPool } from "./pools.ts";
import { daemons, isUp, pools } from "./store.ts";

function fileSystems(cluster: Cluster): Map<string, Entry> {
  return cluster.table("ceph.fs");
}

function createFs(cluster: Cluster, call: Call): string {
  const name = text(call, "name") ?? "cephfs";
  if (fileSystems(cluster).has(name)) throw failed(`ceph fs '${name}' already exists`);
  const standby = [...daemons(cluster, "mds").values()].filter((mds) => isUp(cluster, mds)).length -
    fileSystems(cluster).size;
  if (standby < 1) throw failed("no running Metadata Server (MDS) found!");
  const data = `${name}_data`;
  const metadata = `${name}_metadata`;
  for (const pool of [data, metadata]) {
    if (pools(cluster).has(pool)) {
      throw failed(`ceph pools '${data}' and/or '${metadata}' already exist`);
    }
  }
  return cluster.startTask({
    node: named(call, "node"),
    type: "cephcreatefs",
    id: name,
    user: call.user,
    ms: 6000,
    log: [`creating data pool '${data}'...`, `creating metadata pool '${metadata}'...`],
    finish: () => {
      const pg_num = number(call, "pg_num") ?? 128;
      addPool(cluster, data, { application: "cephfs", pg_num });
      addPool(cluster, metadata, { application: "cephfs", pg_num: Math.max(8, pg_num / 4) });
      fileSystems(cluster).set(name, { data_pool: data, metadata_pool: metadata });
      if (flag(call, "add-storage")) {
        const content = "backup,iso,vztmpl";
        cluster.table("storage").set(name, {
          type: "cephfs",
          path: `/mnt/pve/${name}`,
          content,
          "fs-name": name,
          shared: 1,
        });
      }
    },
  });
}

function destroyFs(cluster: Cluster, call: Call): string {
  const name = named(call, "name");
  const fs = fileSystems(cluster).get(name);
  if (!fs) throw failed(`no such cephfs '${name}'`);
  const storage = [...cluster.table("storage")]
    .find(([, each]) => each.type === "cephfs" && (each["fs-name"] ?? "cephfs") === name)?.[0];
  const disabled = storage === undefined ||
    Number(cluster.table("storage").get(storage)?.disable ?? 0);
  if (!disabled) {
    throw failed(`storage '${storage}' is not disabled, make sure to disable and unmount first`);
  }
  return cluster.startTask({
    node: named(call, "node"),
    type: "cephdestroyfs",
    id: name,
    user: call.user,
    ms: 4000,
    finish: () => {
      fileSystems(cluster).delete(name);
      if (flag(call, "remove-pools")) {
        for (const pool of [fs.data_pool, fs.metadata_pool]) pools(cluster).delete(String(pool));
      }
      if (storage !== undefined && flag(call, "remove-storages")) {
        cluster.table("storage").delete(storage);
      }
    },
  });
}

/** Handlers of file systems. */
export const handlers: Handlers = {
  "GET /nodes/{node}/ceph/fs": (cluster) =>
    [...fileSystems(cluster)].map(([name, { data_pool, metadata_pool }]) => ({
      name,
      data_pool,
      data_pools: [data_pool],
      data_pool_ids: [pools(cluster).get(String(data_pool))?.id],
      metadata_pool,
      metadata_pool_id: pools(cluster).get(String(metadata_pool))?.id,
    })),
  "POST /nodes/{node}/ceph/fs/{name}": createFs,
  "DELETE /nodes/{node}/ceph/fs/{name}": destroyFs,
};
