import { defineTool, read, write } from "../../tool/define.ts";
import { RETENTION_PARAMS } from "../_retention.ts";
import { changedJob, newJob } from "./_backup_job.ts";

const PARAMS = [
  "schedule",
  "storage",
  "vmid",
  "all",
  "pool",
  "prune-backups",
  "enabled",
] as const;

export default defineTool({
  name: "proxmox_cluster_backup_job",
  title: "Backup jobs",
  description: "Scheduled backups.",
  parameterDescriptions: {
    schedule: "sat 03:30, */15",
    "prune-backups": "keep-last=3",
  },
  actions: {
    list: read("GET /cluster/backup", {
      columns: [
        "id",
        "enabled",
        "schedule",
        "starttime",
        "dow",
        "next-run",
        "storage",
        "mode",
        "vmid",
        "all",
        "pool",
        "exclude",
        "node",
        "prune-backups",
        "comment",
      ],
    }),
    get: read("GET /cluster/backup/{id}", { successMessage: 'Backup job "{id}"' }),
    create: write("POST /cluster/backup", {
      params: PARAMS,
      extraParams: RETENTION_PARAMS,
      prepare: newJob,
      successMessage: "The backup job is created",
    }),
    update: write("PUT /cluster/backup/{id}", {
      params: PARAMS,
      extraParams: RETENTION_PARAMS,
      prepare: changedJob,
      uses: ["GET /cluster/backup/{id}"],
      successMessage: 'Backup job "{id}" is changed',
    }),
    delete: write("DELETE /cluster/backup/{id}", {
      successMessage: 'Backup job "{id}" is deleted',
    }),
  },
});
