/**
 * The prompt `health_report`: quorum, load, storages, failed tasks, HA and Ceph of the cluster.
 *
 * @module
 */
import type { PromptBody, PromptContext, PromptSpec } from "./prompt.ts";

async function build({ reader }: PromptContext): Promise<PromptBody> {
  const sections = await Promise.all([
    reader.report("What needs attention", "health"),
    reader.report("Backups", "backups"),
    reader.nodes(),
    reader.storages(),
    reader.section("High availability", "proxmox_ha_resource", { action: "status" }),
  ]);
  return {
    task: "Write a health report of this Proxmox VE cluster for its administrator.\n" +
      "Begin with a verdict in one sentence. Then what needs attention, the most urgent first: what " +
      "it is, why it matters, what to do. Then, in short, what is well. Judge by the data alone; " +
      "where it does not tell, say so.",
    sections,
    next: [
      ["proxmox_node_task", "log", "upid=…", "why a task failed"],
      ["proxmox_node_log", "journal", "node=…", "what a node said"],
      ["proxmox_node_disk", "list", "node=…", "the health of its disks"],
      ["proxmox_certificate", "list", "node=…", "when certificates expire"],
      ["proxmox_apt", "list", "node=…", "which updates there are"],
      ["proxmox_cluster_replication_job", "list", "", "what is replicated"],
    ],
  };
}

export const healthReport: PromptSpec = {
  name: "health_report",
  title: "Health report",
  description:
    "Report how the cluster is: quorum, nodes, storages, guests, failed tasks, HA, backups.",
  arguments: [],
  build,
};
