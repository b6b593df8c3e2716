/**
 * The prompt `backup_review`: the jobs, what they leave out, and the newest backup of each guest.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import type { PromptBody, PromptContext, PromptSpec } from "./prompt.ts";

async function build({ args: { storage, pool }, reader }: PromptContext): Promise<PromptBody> {
  const sections = await Promise.all([
    reader.section("Backup jobs", "proxmox_cluster_backup_job", { action: "list" }),
    reader.report(
      "Guests whose backups lack something",
      "backups",
      defined({ storage, filter: pool === undefined ? undefined : `pool=${pool}` }),
    ),
    reader.tasks("Backup tasks that failed", {
      typefilter: "vzdump",
      statusfilter: "error",
    }),
    reader.storages("Storages for backups", {
      filter: storage === undefined ? "content=backup" : `storage=${storage}`,
    }),
  ]);
  return {
    task: "Review the backups of this Proxmox VE cluster.\n" +
      "Say which guests are without a backup or in no job, whose newest is older than its job " +
      "promises, which jobs are disabled or fail, whether the retention fits the room, and whether " +
      "backups lie where the guests do. End with what to do, the most urgent first; a backup that " +
      "was never restored is not proven.",
    sections,
    next: [
      ["proxmox_backup", "create", "vmid=… storage=…", "back a guest up now"],
      ["proxmox_cluster_backup_job", "update", "id=…", "change a job"],
      ["proxmox_cluster_backup_job", "create", "", "for guests in no job"],
      ["proxmox_node_task", "log", "upid=…", "why a backup failed"],
      ["proxmox_backup", "restore", "archive=… vmid=…", "prove one, as a new guest"],
      ["proxmox_storage_content", "prune", "storage=… dry-run=true", "what a retention would keep"],
    ],
  };
}

export const backupReview: PromptSpec = {
  name: "backup_review",
  title: "Review of backups",
  description: "Review jobs, gaps, age and room of the backups.",
  arguments: [
    { name: "storage", description: "Only backups on this storage", source: "storage" },
    { name: "pool", description: "Only guests of this pool", source: "pool" },
  ],
  build,
};
