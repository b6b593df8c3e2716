/**
 * The prompt `health_report`: quorum, load, storages, failed tasks, HA and Ceph of the cluster.
 *
 * @module
 */
import type { PromptBody, PromptContext, PromptSpec } from "./prompt.ts";
import { computed, rowsOf, type Section, type SectionReader } from "./section_reader.ts";

const DAY_SECONDS = 86_400;
const CEPH_STORAGE_TYPES = /^(rbd|cephfs)$/;

/** How many guests are in which state, node by node, and those that are locked or unwell. */
async function guestSections(reader: SectionReader): Promise<(Section | undefined)[]> {
  const tool = "proxmox_guest_list";
  const [all, locked] = await Promise.all([
    reader.allGuests(["node", "type", "status"]),
    reader.section("Guests that are locked", tool, { filter: "lock!=" }),
  ]);
  const counts = new Map<string, number>();
  for (const { node, type, status } of all.rows) {
    const key = [node, type, status].join("\n");
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const rows = [...counts].sort().map(([key, guests]) => {
    const [node, type, status] = key.split("\n");
    return { node, type, status, guests };
  });
  const hasLocked = locked.answer.failure || (locked.answer.list?.total ?? 0) > 0;
  return [
    { heading: "Guests", call: tool, answer: all.failed ?? computed(`Guests: ${all.total}`, rows) },
    hasLocked ? locked : undefined,
  ];
}

/** Storages, and the state of Ceph where one of them is on it. */
async function storageSections(reader: SectionReader): Promise<(Section | undefined)[]> {
  const storages = await reader.storages();
  const hasCeph = rowsOf(storages.answer).some(({ type }) => CEPH_STORAGE_TYPES.test(String(type)));
  return [storages, hasCeph ? await reader.section("Ceph", "proxmox_ceph") : undefined];
}

async function build({ reader, now }: PromptContext): Promise<PromptBody> {
  const since = Math.floor(now / 1000) - DAY_SECONDS;
  const [storages, guests, cluster, tasks, ha, backups] = await Promise.all([
    storageSections(reader),
    guestSections(reader),
    reader.section("Cluster and nodes", "proxmox_cluster", { action: "status" }),
    reader.tasks("Tasks of the last day that failed", { statusfilter: "error", since }),
    reader.section("High availability", "proxmox_ha_resource", { action: "status" }),
    reader.backupJobs(),
  ]);
  return {
    task: "Write a health report of this Proxmox VE cluster for its administrator.\n" +
      "Begin with a verdict in one sentence. Then what needs attention, the most urgent first: what " +
      "it is, why it matters, what to do. Then, in short, what is well. Judge by the data alone; " +
      "where it does not tell, say so.",
    sections: [cluster, ...storages, ...guests, tasks, ha, backups],
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
