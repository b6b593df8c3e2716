/**
 * The prompt `plan_node_maintenance`: what is on a node, what ties it there, and the room elsewhere.
 *
 * @module
 */
import type { PromptBody, PromptContext, PromptSpec } from "./prompt.ts";

async function build({ args, reader }: PromptContext): Promise<PromptBody> {
  const { node = "" } = args;
  const sections = await Promise.all([
    reader.nodes("All nodes"),
    reader.report(`How the guests leave ${node}, and what becomes of them without it`, "failure", {
      node,
    }),
    reader.tasks(`Tasks that run on ${node}`, { node, source: "active" }),
    reader.section("Guests under high availability", "proxmox_ha_resource", { action: "list" }),
    reader.section("Rules of high availability", "proxmox_ha_rule", { action: "list" }),
    reader.section("Replication jobs", "proxmox_cluster_replication_job", { action: "list" }),
  ]);
  return {
    task:
      `Plan a maintenance of node ${node} that takes it down: how its guests leave it, in which ` +
      "order, and how they come back.\n" +
      "Say for each running guest where it goes and how (live, by restart, shut down), and what ties " +
      "it to the node: local volumes, passed-through devices, local CD images, HA rules. Check that " +
      "the memory of the other nodes suffices, and that the cluster keeps its quorum. End with the " +
      "steps as a checklist, and with the way back should one of them fail.",
    sections,
    next: [
      ["proxmox_guest_config", "default", "vmid=…", "devices and images that tie a guest"],
      ["proxmox_guest_migrate", "default", "vmid=… target=…", "move one guest"],
      ["proxmox_node_bulk", "migrate_all", `node=${node} target=…`, "move all"],
      ["proxmox_ha_resource", "update", "sid=…", "what HA may do meanwhile"],
      ["proxmox_node_task", "list", `node=${node}`, "nothing must run there"],
      ["proxmox_node_power", "shutdown", `node=${node}`, "or reboot, at the end"],
    ],
  };
}

export const planNodeMaintenance: PromptSpec = {
  name: "plan_node_maintenance",
  title: "Plan a node's maintenance",
  description: "Plan how to empty a node, take it down and bring all back.",
  arguments: [
    { name: "node", description: "Name of the node", required: true, source: "node" },
  ],
  build,
};
