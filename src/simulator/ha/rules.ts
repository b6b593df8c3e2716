/**
 * /cluster/ha/rules: on which nodes a guest may run, and which guests belong together or apart.
 *
 * @module
 */
import { nodeNames } from "../../pve/ha_placement.ts";
import { ruleErrors } from "../../pve/ha_rules.ts";
import { splitList } from "../../pve/split_list.ts";
import type { Cluster } from "../core/cluster.ts";
import { collection } from "../core/collection.ts";
import type { Handlers, Seed } from "../core/handler.ts";
import { text } from "../core/params.ts";
import { ApiError, failed, invalid } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { resourcesOf } from "./services.ts";

function rules(cluster: Cluster): Map<string, Entry> {
  return cluster.table("ha.rules");
}

function resourcesIn(rule: Entry): string[] {
  return splitList(rule.resources);
}

function assertKnown(cluster: Cluster, entry: Entry): void {
  const unmanaged = resourcesIn(entry).filter((sid) => !resourcesOf(cluster).has(sid)).sort();
  if (unmanaged.length > 0) {
    throw failed(`cannot use unmanaged resource(s) ${unmanaged.join(", ")}.`);
  }
  const unknown = nodeNames(entry.nodes).filter((node) => !cluster.nodeNames().includes(node))
    .sort();
  if (unknown.length > 0) throw failed(`cannot use non-existent node(s) ${unknown.join(", ")}.`);
}

/** What makes the rule useless or contradictory, by property. */
function infeasible(cluster: Cluster, name: string, rule: Entry): Record<string, string> {
  const all = new Map(rules(cluster)).set(name, rule);
  const named = [...all].map(([each, entry]) => ({ ...entry, rule: each }));
  const errors = ruleErrors(named, cluster.nodeNames()).get(name);
  return errors ? { resources: errors.join(", ") } : {};
}

function nextOrder(cluster: Cluster): number {
  return Math.max(0, ...[...rules(cluster).values()].map(({ order }) => Number(order))) + 1;
}

/** Handlers of /cluster/ha/rules. */
export const handlers: Handlers = collection({
  table: "ha.rules",
  base: "/cluster/ha/rules",
  key: "rule",
  missing: (rule, method) => {
    if (method === "DELETE") return undefined;
    return failed(
      method === "GET" ? `no such ha rule '${rule}'` : `HA rule '${rule}' does not exist`,
    );
  },
  exists: (rule) => failed(`HA rule '${rule}' already defined`),
  steps: { POST: "create ha rule failed", PUT: "update HA rules failed" },
  visible: (_rule, _cluster, call, entry) => {
    const type = text(call, "type");
    const resource = text(call, "resource");
    return (type === undefined || entry.type === type) &&
      (resource === undefined || resourcesIn(entry).includes(resource));
  },
  prepare: (entry, cluster, call, before) => {
    if (before && entry.type !== before.type) throw invalid({ type: "type does not match" });
    assertKnown(cluster, entry);
    const name = text(call, "rule") ?? "";
    const errors = infeasible(cluster, name, entry);
    if (Object.keys(errors).length > 0) {
      throw new ApiError(400, `Rule '${name}' is invalid.`, errors);
    }
    if (!Number(entry.disable ?? 0)) delete entry.disable;
    entry.order ??= nextOrder(cluster);
  },
});

/** One rule that prefers a node, and one that keeps guests apart. */
export const seed: Seed = (cluster) => {
  const [first, second] = [...resourcesOf(cluster).keys()];
  const [node] = cluster.nodeNames();
  if (!first || !second || !node) return;
  rules(cluster).set("prefer-first-node", {
    type: "node-affinity",
    resources: first,
    nodes: node,
    comment: "Close to its data",
    order: 1,
  });
  rules(cluster).set("keep-apart", {
    type: "resource-affinity",
    affinity: "negative",
    resources: `${first},${second}`,
    order: 2,
  });
};
