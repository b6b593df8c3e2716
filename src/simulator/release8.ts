/**
 * What Proxmox VE 8.4 does otherwise: it lacks what came with 9, and HA has groups.
 *
 * @module
 */
import { operationFact, operationNames } from "../pve/api.ts";
import type { Cluster } from "./core/cluster.ts";
import { collection } from "./core/collection.ts";
import type { Handler, Handlers, Seed } from "./core/handler.ts";
import { text } from "./core/params.ts";
import { failed } from "./core/refusal.ts";
import { haResources } from "./ha/resources.ts";
import { resourcesOf } from "./ha/services.ts";

const VERSION = { release: "8.4", repoid: "2a5fa54a8503f96d", version: "8.4.2" };

function assertUnused(group: string, cluster: Cluster): void {
  for (const [sid, resource] of resourcesOf(cluster)) {
    if (resource.group === group) {
      throw failed(`delete ha group failed: ha group is used by service '${sid}'`);
    }
  }
}

const groups = collection({
  table: "ha.groups",
  base: "/cluster/ha/groups",
  key: "group",
  missing: (group, method) =>
    method === "DELETE" ? undefined : failed(`no such ha group '${group}'`),
  exists: (group) => failed(`create ha group failed: ha group ID '${group}' already defined`),
  steps: { PUT: "update ha group failed" },
  prepare: (entry) => {
    entry.type = "group";
  },
  release: assertUnused,
});

/** Refuses a group that there is not. Source: PVE::API2::HA::Resources. */
function withGroup(handler: Handler | undefined): Handler {
  return (cluster, call) => {
    const group = text(call, "group");
    if (group !== undefined && !cluster.table("ha.groups").has(group)) {
      throw failed(`HA group '${group}' does not exist`);
    }
    return handler?.(cluster, call);
  };
}

const RESOURCES = "/cluster/ha/resources";

const handlers: Handlers = {
  ...haResources,
  [`POST ${RESOURCES}`]: withGroup(haResources[`POST ${RESOURCES}`]),
  [`PUT ${RESOURCES}/{sid}`]: withGroup(haResources[`PUT ${RESOURCES}/{sid}`]),
  ...groups,
  "GET /version": () => VERSION,
  "GET /nodes/{node}/version": () => VERSION,
};

/** Turns the handlers of release 9 into those of 8.4. */
export function asRelease8(newer: Map<string, Handler>): Map<string, Handler> {
  return new Map([...newer, ...Object.entries(handlers) as [string, Handler][]]);
}

/** Operations that 8.4 does not have. */
export function lackingIn8(): ReadonlySet<string> {
  return new Set<string>(
    operationNames().filter((name) => operationFact(name).since !== undefined),
  );
}

/** A group of nodes. */
export const seed8: Seed = (cluster) => {
  const [first, second] = cluster.nodeNames();
  const nodes = second === undefined ? `${first}:2` : `${first}:2,${second}:1`;
  cluster.table("ha.groups").set("first", { type: "group", nodes });
};
