import type { Args } from "../../pve/encode.ts";
import { ToolError } from "../../tool/answer.ts";
import { defineTool, destroy, type OwnParam, read, write } from "../../tool/define.ts";

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
const MAXFILES: Record<string, OwnParam> = {
  maxfiles: { type: "integer", minimum: 0, unlisted: true },
};

/** PVE 9 has `prune-backups` in place of `maxfiles`, of which 0 was no limit. */
function retention({ maxfiles, ...args }: Args): Args {
  if (maxfiles === undefined) return args;
  if (args["prune-backups"] !== undefined) {
    throw new ToolError("Cannot use maxfiles together with prune-backups", {
      reason: "Both say how many backups are kept",
      parameters: { maxfiles: "leave it out" },
    });
  }
  const keep = Number(maxfiles) === 0 ? "keep-all=1" : `keep-last=${maxfiles}`;
  return { ...args, "prune-backups": keep };
}

/** A new job needs to know what and when; PVE would name only one of the ways to say it. */
function newJob(args: Args): Args {
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
  return retention(args);
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
      own: MAXFILES,
      prepare: newJob,
      done: "The backup job is created",
      note: "list shows its id and next run",
    }),
    update: write("PUT /cluster/backup/{id}", {
      params: PARAMS,
      own: MAXFILES,
      prepare: retention,
      ignored: { digest: "Proxmox VE has no digest for backup jobs: nothing was compared" },
      done: 'Backup job "{id}" is changed',
    }),
    delete: destroy("DELETE /cluster/backup/{id}", { done: 'Backup job "{id}" is deleted' }),
  },
});
