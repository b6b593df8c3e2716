/**
 * Makes any number of guests beside those of the company, by the seed.
 *
 * @module
 */
import type { Cluster } from "../core/cluster.ts";
import type { SeedGuest } from "./company.ts";

const ROLES = ["web", "db", "app", "cache", "worker", "build", "test", "queue"];
const STORAGES = ["ceph-vm", "local-lvm", "tank"];
const FIRST = 1000;

function pick<T>(items: readonly T[], random: number): T {
  const item = items[Math.floor(random * items.length)];
  if (item === undefined) throw new RangeError("Cannot pick from an empty list");
  return item;
}

/** Descriptions of `count` further guests, numbered from 1000 on. */
export function* extraGuests(cluster: Cluster, count: number): Generator<SeedGuest> {
  const nodes = cluster.nodeNames();
  for (let index = 0; index < count; index++) {
    const role = pick(ROLES, cluster.random());
    yield {
      vmid: FIRST + index,
      type: cluster.random() < 0.6 ? "qemu" : "lxc",
      node: pick(nodes, index / count),
      name: `${role}-${String(index).padStart(4, "0")}`,
      state: cluster.random() < 0.2 ? "stopped" : "running",
      cores: 1 + Math.floor(cluster.random() * 4),
      memory: pick([512, 1024, 2048, 4096], cluster.random()),
      storage: pick(STORAGES, cluster.random()),
      gib: 8 * (1 + Math.floor(cluster.random() * 4)),
      tags: role,
    };
  }
}
