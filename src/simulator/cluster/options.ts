/**
 * /cluster/options: settings of the whole data centre.
 *
 * @module
 */
import { splitList } from "../../pve/split_list.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handlers, Seed } from "../core/handler.ts";
import { changed } from "../core/params.ts";
import type { Entry } from "../core/tables.ts";

function options(cluster: Cluster): Entry {
  return cluster.table("datacenter").get("options") ?? {};
}

/** Tags that a user may set: those registered, and those on guests. */
function allowedTags(cluster: Cluster): string[] {
  const tags = new Set(splitList(options(cluster)["registered-tags"]));
  for (const { config } of cluster.guests.values()) {
    for (const tag of splitList(config.tags)) tags.add(tag);
  }
  return [...tags].sort();
}

/** Handlers of /cluster/options. */
export const handlers: Handlers = {
  "GET /cluster/options": (cluster) => ({
    ...options(cluster),
    "allowed-tags": allowedTags(cluster),
  }),
  "PUT /cluster/options": (cluster, call) => {
    cluster.table("datacenter").set("options", changed(options(cluster), call));
    return null;
  },
};

/** The company's settings. */
export const seed: Seed = (cluster) => {
  cluster.table("datacenter").set("options", {
    keyboard: "en-us",
    mac_prefix: "BC:24:11",
    description: cluster.site.description,
    max_workers: 4,
    migration: "secure,network=10.10.10.0/24",
    "registered-tags": "backup;prod",
  });
};
