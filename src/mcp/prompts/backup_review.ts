/**
 * The prompt `backup_review`: the jobs, what they leave out, and the newest backup of each guest.
 *
 * @module
 */
import { GATEWAY } from "../../tool/gateway_names.ts";
import type { Answer, Row } from "../../tool/answer.ts";
import {
  allRows,
  computed,
  type PromptBody,
  type PromptContext,
  type PromptSpec,
  type Read,
  type Section,
  section,
  type ToolArgs,
} from "./prompt.ts";

const DAY_MS = 86_400_000;

interface Newest {
  readonly ctime: number;
  readonly count: number;
}

/** The newest backup of each guest, by vmid. */
function newestOf(backups: readonly Row[]): Map<number, Newest> {
  const newest = new Map<number, Newest>();
  for (const { vmid, ctime } of backups) {
    const before = newest.get(Number(vmid));
    newest.set(Number(vmid), {
      ctime: Math.max(before?.ctime ?? 0, Number(ctime ?? 0)),
      count: (before?.count ?? 0) + 1,
    });
  }
  return newest;
}

/** How old the newest backup of each guest is, the worst first. */
async function ages(read: Read, now: number, chosen: ToolArgs, pool?: string): Promise<Answer> {
  const filter = pool === undefined ? {} : { filter: `pool=${pool}` };
  const [guests, backups] = await Promise.all([
    allRows(read, "proxmox_guest_list", { fields: ["vmid", "name", "status"], ...filter }, 20),
    allRows(read, "proxmox_backup", { action: "list", fields: ["vmid", "ctime"], ...chosen }, 5),
  ]);
  const failed = guests.failed ?? backups.failed;
  if (failed) return failed;
  if (backups.rows.length === 0) return { title: "No backup was found", notes: backups.words };
  const newest = newestOf(backups.rows);
  const rows = guests.rows.map(({ vmid, name, status }) => {
    const found = newest.get(Number(vmid));
    const days = found ? Math.floor((now - found.ctime * 1000) / DAY_MS) : Infinity;
    return { vmid, name, status, days, backups: found?.count ?? 0 };
  }).sort((one, other) => one.days === other.days ? 0 : other.days - one.days);
  const never = rows.filter(({ days }) => days === Infinity).length;
  const shown = rows.map((row) => ({ ...row, days: row.days === Infinity ? "never" : row.days }));
  return computed(`Guests: ${guests.total}; ${never} without any backup`, shown, [
    "days: since the newest backup",
    ...backups.words,
    ...(backups.rows.length < backups.total
      ? [`Only the newest ${backups.rows.length} backups are counted`]
      : []),
  ]);
}

async function build({ args, read, now }: PromptContext): Promise<PromptBody> {
  const { storage, pool } = args;
  const chosen: ToolArgs = storage === undefined ? {} : { storage };
  const guests: Promise<Section> = ages(read, now, chosen, pool).then((answer) => ({
    heading: "Newest backup of each guest",
    call: "proxmox_backup action=list",
    answer,
  }));
  const sections = await Promise.all([
    section(read, "Backup jobs", "proxmox_cluster_backup_job", { action: "list" }),
    section(read, "Guests in no job", GATEWAY.call, {
      operation: "GET /cluster/backup-info/not-backed-up",
    }),
    guests,
    section(read, "Backup tasks that failed", "proxmox_node_task", {
      action: "list",
      typefilter: "vzdump",
      statusfilter: "error",
    }),
    section(read, "Storages for backups", "proxmox_storage_config", {
      action: "cluster_usage",
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

/** `backup_review` */
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
