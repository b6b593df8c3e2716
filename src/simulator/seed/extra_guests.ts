/**
 * Makes any number of guests beside those of the site, by the seed.
 *
 * @module
 */
import type { Cluster } from "../core/cluster.ts";
import type { SeedGuest } from "./site.ts";

const ROLES = ["web", "db", "app", "cache", "worker", "build", "test", "queue"];
const FIRST = 1000;

function pick<T>(items: readonly T[], random: number): T {
  const item = items[Math.floor(random * items.length)];
  if (item === undefined) throw new RangeError("Cannot pick from an empty list");
  return item;
}

/** Storages of the site for disks of both types, on all nodes. */
function diskStorages({ site }: Cluster): string[] {
  return Object.entries(site.storages)
    .filter(([, { definition }]) =>
      definition.content === "images,rootdir" && definition.nodes === undefined
    )
    .map(([name]) => name).sort();
}

/** The text as the engine keeps names of fields, which JSON is made of in half the time. */
function interned(text: string): string {
  return Object.keys({ [text]: 0 })[0] ?? text;
}

/** Descriptions of `count` further guests, numbered from 1000 on. */
export function* extraGuests(cluster: Cluster, count: number): Generator<SeedGuest> {
  const nodes = cluster.nodeNames();
  const storages = diskStorages(cluster);
  for (let index = 0; index < count; index++) {
    const role = pick(ROLES, cluster.random());
    yield {
      vmid: FIRST + index,
      type: cluster.random() < 0.6 ? "qemu" : "lxc",
      node: pick(nodes, index / count),
      name: interned(`${role}-${String(index).padStart(4, "0")}`),
      state: cluster.random() < 0.2 ? "stopped" : "running",
      cores: 1 + Math.floor(cluster.random() * 4),
      memory: pick([512, 1024, 2048, 4096], cluster.random()),
      storage: pick(storages, cluster.random()),
      gib: 8 * (1 + Math.floor(cluster.random() * 4)),
      tags: role,
    };
  }
}
