/**
 * /cluster/mapping: names for devices and directories that differ from node to node.
 *
 * @module
 */
import { collection } from "../../collection.ts";
import { text } from "../../params.ts";
import { mayAny } from "../../privileges.ts";
import { failed, invalid } from "../../refusal.ts";
import type { ClusterView, Entry, Handlers, Seed } from "../../types.ts";

const KINDS = ["pci", "usb", "dir"] as const;
/** What each node's part of a mapping must say. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  pci: ["node", "id", "path"],
  usb: ["node", "id"],
  dir: ["node", "path"],
};

function part(map: string, key: string): string | undefined {
  return new RegExp(`(?:^|,)${key}=([^,]*)`).exec(map)?.[1];
}

function maps(entry: Entry): string[] {
  return (entry.map ?? []) as string[];
}

function assertMaps(kind: string, entry: Entry, cluster: ClusterView): void {
  for (const map of maps(entry)) {
    const lacking = (REQUIRED[kind] ?? []).find((key) => part(map, key) === undefined);
    if (lacking) {
      throw invalid({
        map:
          `invalid format - format error\nmap.${lacking}: property is missing and it is not optional\n`,
      });
    }
    const node = part(map, "node") ?? "";
    if (!cluster.nodeNames().includes(node)) throw failed(`no such cluster node '${node}'`);
  }
}

function kindHandlers(kind: string): Handlers {
  return collection({
    table: `mapping.${kind}`,
    base: `/cluster/mapping/${kind}`,
    key: "id",
    keyless: true,
    missing: (id) => failed(`mapping '${id}' not found`),
    exists: (id) => failed(`${kind} ID '${id}' already defined`),
    steps: {
      POST: "create hardware mapping failed",
      PUT: "update hardware mapping failed",
      DELETE: "delete mapping failed",
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
    prepare: (entry, cluster) => {
      entry.type = kind;
      assertMaps(kind, entry, cluster);
    },
    release: (id, cluster) => {
      for (const vmid of cluster.vmids()) {
        const used = Object.values(cluster.guestConfig(vmid) ?? {})
          .some((value) => String(value).split(",").includes(`mapping=${id}`));
        if (used) throw failed(`mapping '${id}' is still used by guest ${vmid}`);
      }
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
