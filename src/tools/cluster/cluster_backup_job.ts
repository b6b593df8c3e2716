import type { Args } from "../../pve/encode.ts";
import { ToolError } from "../../tool/answer.ts";
import type { CallContext } from "../../tool/context.ts";
import { defineTool, destroy, read, write } from "../../tool/define.ts";
import { joinRetention, RETENTION_PARAMS } from "../_retention.ts";

const PARAMS = [
  "schedule",
  "storage",
  "vmid",
  "all",
  "pool",
  "mode",
  "prune-backups",
  "enabled",
] as const;

/** A new job needs to know what and when; PVE would name only one of the ways to say it. */
function newJob(args: Args, context: CallContext): Args {
  const problems: Record<string, string> = {};
  if (["vmid", "all", "pool", "exclude"].every((name) => args[name] === undefined)) {
    problems.vmid = "is missing; or give all or pool";
  }
  if (args.schedule === undefined && args.starttime === undefined) {
    problems.schedule = "is missing, such as 21:00 or sat 03:30; or give starttime and dow";
  }
  if (Object.keys(problems).length > 0) {
    throw new ToolError("Cannot create this backup job", {
      reason: "Nothing was sent to Proxmox VE",
      parameters: problems,
    });
  }
  return joinRetention(args, context);
}

export default defineTool({
  name: "proxmox_cluster_backup_job",
  title: "Backup jobs",
  description: "Scheduled backups of guests.",
  words: {
    schedule: "calendar event: sat 03:30",
    vmid: "100,101",
    all: "all guests",
    "prune-backups": "keep-last=3,keep-daily=7",
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
    get: read("GET /cluster/backup/{id}"),
    create: write("POST /cluster/backup", {
      params: PARAMS,
      own: RETENTION_PARAMS,
      prepare: newJob,
      done: "The backup job is created",
      note: "list shows its id and next run",
    }),
    update: write("PUT /cluster/backup/{id}", {
      params: PARAMS,
      own: RETENTION_PARAMS,
      prepare: joinRetention,
      ignored: { digest: "Proxmox VE has no digest for backup jobs: nothing was compared" },
      done: 'Backup job "{id}" is changed',
    }),
    delete: destroy("DELETE /cluster/backup/{id}", { done: 'Backup job "{id}" is deleted' }),
  },
});
