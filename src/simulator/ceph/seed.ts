/**
 * The Ceph of a site at the start.
 *
 * @module
 */
import { GIB, MIB } from "../../base/byte_units.ts";
import type { Seed } from "../core/handler.ts";
import { storageAddressOf } from "../node/addresses.ts";
import { disksOf } from "../node/disks.ts";
import { daemons, osds, pools } from "./store.ts";

/**
 * Three monitors and managers, two disks a node, a pool of the guests, a file system; nothing where
 * no storage is on Ceph.
 */
export const seed: Seed = (cluster) => {
  const rbd = [...cluster.table("storage").values()].find(({ type }) => type === "rbd")?.pool;
  if (rbd === undefined) return;
  cluster.nodeNames().slice(0, 3).forEach((host, index) => {
    const addr = storageAddressOf(cluster, host);
    daemons(cluster, "mon").set(host, { host, addr });
    daemons(cluster, "mgr").set(host, { host, addr });
    if (index < 2) daemons(cluster, "mds").set(host, { host, addr });
    for (const device of ["/dev/sdc", "/dev/sdd"]) {
      const id = String(osds(cluster).size);
      const disk = disksOf(cluster, host).get(device);
      const size = Number(disk?.size ?? 0);
      osds(cluster).set(id, { host, addr, device, class: "ssd", size, in: 1 });
      if (disk) {
        Object.assign(disk, { used: "LVM", osdid: Number(id), "osdid-list": [Number(id)], gpt: 1 });
      }
    }
  });
  const pool = { size: 3, min_size: 2, crush_rule: "replicated_rule", pg_autoscale_mode: "on" };
  pools(cluster).set(".mgr", { ...pool, id: 1, pg_num: 1, application: "mgr", stored: 2 * MIB });
  pools(cluster).set(String(rbd), {
    ...pool,
    id: 2,
    pg_num: 128,
    application: "rbd",
    stored: 640 * GIB,
  });
  for (
    const [name, id, stored] of [["cephfs_data", 3, 210 * GIB], [
      "cephfs_metadata",
      4,
      GIB,
    ]] as const
  ) {
    pools(cluster).set(name, { ...pool, id, pg_num: 32, application: "cephfs", stored });
  }
  cluster.table("ceph.fs").set("cephfs", {
    data_pool: "cephfs_data",
    metadata_pool: "cephfs_metadata",
  });
};
