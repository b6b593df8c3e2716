/**
 * /cluster/mapping: names for devices and directories that differ from node to node.
 *
 * @module
 */
import { mayAny } from "../access/privileges.ts";
import { collection } from "../core/collection.ts";
import type { Handlers, Seed } from "../core/handler.ts";
import { text } from "../core/params.ts";
import { failed } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";

const KINDS = ["pci", "usb", "dir"] as const;
function part(map: string, key: string): string | undefined {
  return new RegExp(`(?:^|,)${key}=([^,]*)`).exec(map)?.[1];
}

function maps(entry: Entry): string[] {
  return (entry.map ?? []) as string[];
}

function kindHandlers(kind: string): Handlers {
  return collection({
    table: `mapping.${kind}`,
    base: `/cluster/mapping/${kind}`,
    key: "id",
    keyless: true,
    missing: (id, method) => method === "DELETE" ? undefined : failed(`mapping '${id}' not found`),
    exists: (id) => failed(`${kind} ID '${id}' already defined`),
    steps: {
      POST: "create hardware mapping failed",
      PUT: "update hardware mapping failed",
    },
    visible: (id, cluster, call) =>
      mayAny(cluster, call.user, `/mapping/${kind}/${id}`, [
        "Mapping.Audit",
        "Mapping.Modify",
        "Mapping.Use",
      ]),
    shapeInList: (row, _cluster, call) => {
      const node = text(call, "check-node");
      const known = node !== undefined && maps(row).some((map) => part(map, "node") === node);
      if (node === undefined) return row;
      const checks = known
        ? []
        : [{ severity: "warning", message: `No mapping for node ${node}.` }];
      return { ...row, checks };
    },
    prepare: (entry) => {
      entry.type = kind;
    },
  });
}

/** Handlers of /cluster/mapping. */
export const handlers: Handlers = Object.assign({}, ...KINDS.map(kindHandlers));

/** A graphics card in the first node. */
export const seed: Seed = (cluster) => {
  const [node] = cluster.nodeNames();
  if (!node) return;
  cluster.table("mapping.pci").set("gpu", {
    type: "pci",
    description: "Graphics card for rendering",
    map: [`node=${node},id=10de:1eb8,path=0000:3b:00.0,iommugroup=31`],
  });
};
