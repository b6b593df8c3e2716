/**
 * The prompt `plan_node_maintenance`: what is on a node, what ties it there, and the room elsewhere.
 *
 * @module
 */
import type { Row } from "../../tool/answer.ts";
import {
  NoSuchSubject,
  type PromptBody,
  type PromptSpec,
  type Read,
  rowsOf,
  type Section,
  section,
} from "./prompt.ts";

/** Storages of the node alone whose volumes are listed. */
const MOST_STORAGES = 6;

/** True for a storage whose volumes only this node has. */
function isLocal({ shared, status, content }: Row): boolean {
  return Number(shared ?? 0) === 0 && status === "available" &&
    /\b(images|rootdir)\b/.test(String(content ?? "images"));
}

/** The storages of the node, and the volumes that no other node can reach. */
async function storageSections(read: Read, node: string): Promise<Section[]> {
  const usage = await section(read, `Storages on ${node}`, "proxmox_storage_config", {
    action: "cluster_usage",
    node,
    fields: ["storage", "type", "status", "used", "total", "shared", "content"],
  });
  const local = rowsOf(usage.answer.list).filter(isLocal).slice(0, MOST_STORAGES);
  const volumes = local.map(({ storage }) =>
    section(read, `Volumes on ${storage}, which only ${node} has`, "proxmox_storage_content", {
      action: "list",
      node,
      storage: String(storage),
      filter: "vmid!=",
      fields: ["volid", "vmid", "content", "size"],
    })
  );
  return [usage, ...await Promise.all(volumes)];
}

async function build({ args, read }: Parameters<PromptSpec["build"]>[0]): Promise<PromptBody> {
  const { node = "" } = args;
  const nodes = await section(read, "All nodes", "proxmox_node", { action: "list" });
  const names = rowsOf(nodes.answer.list).map((row) => String(row.node));
  if (names.length > 0 && !names.includes(node)) {
    throw new NoSuchSubject(`There is no node "${node}": there are ${names.join(", ")}`);
  }
  const [storages, ...sections] = await Promise.all([
    storageSections(read, node),
    section(read, `Guests on ${node}`, "proxmox_guest_list", { node }),
    section(read, `Tasks that run on ${node}`, "proxmox_node_task", {
      action: "list",
      node,
      source: "active",
    }),
    section(read, "Guests under high availability", "proxmox_ha_resource", { action: "list" }),
    section(read, "Rules of high availability", "proxmox_ha_rule", { action: "list" }),
    section(read, "Replication jobs", "proxmox_cluster_replication_job", { action: "list" }),
  ]);
  return {
    task:
      `Plan a maintenance of node ${node} that takes it down: how its guests leave it, in which ` +
      "order, and how they come back.\n" +
      "Say for each running guest where it goes and how (live, by restart, shut down), and what ties " +
      "it to the node: local volumes, passed-through devices, local CD images, HA rules. Check that " +
      "the memory of the other nodes suffices, and that the cluster keeps its quorum. End with the " +
      "steps as a checklist, and with the way back should one of them fail.",
    sections: [nodes, ...sections.slice(0, 2), ...storages, ...sections.slice(2)],
    next: [
      {
        tool: "proxmox_guest_config",
        action: "default",
        args: "vmid=…",
        why: "devices and images that tie a guest",
      },
      {
        tool: "proxmox_guest_migrate",
        args: "vmid=… target=…",
        action: "default",
        why: "move one guest",
      },
      {
        tool: "proxmox_node_bulk",
        action: "migrate_all",
        args: `node=${node} target=…`,
        why: "move all",
      },
      {
        tool: "proxmox_ha_resource",
        action: "update",
        args: "sid=…",
        why: "what HA may do meanwhile",
      },
      {
        tool: "proxmox_node_task",
        action: "list",
        args: `node=${node}`,
        why: "nothing must run there",
      },
      {
        tool: "proxmox_node_power",
        action: "shutdown",
        args: `node=${node}`,
        why: "or reboot, at the end",
      },
    ],
  };
}

/** `plan_node_maintenance` */
export const planNodeMaintenance: PromptSpec = {
  name: "plan_node_maintenance",
  title: "Plan a node's maintenance",
  description: "Plan how to empty a node, take it down and bring all back.",
  arguments: [
    { name: "node", description: "Name of the node", required: true, source: "node" },
  ],
  build,
};
