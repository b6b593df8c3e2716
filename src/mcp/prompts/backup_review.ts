/**
 * The prompt `backup_review`: the jobs, what they leave out, and the newest backup of each guest.
 *
 * @module
 */
import { GATEWAY } from "../../tool/gateway_names.ts";
import type { Answer, Row } from "../../tool/answer.ts";
import type { PromptBody, PromptContext, PromptSpec } from "./prompt.ts";
import {
  computed,
  countedNote,
  type Section,
  type SectionReader,
  type ToolArgs,
} from "./section_reader.ts";

const DAY_MS = 86_400_000;
/** Pages of backups that are counted. */
const MAX_BACKUP_PAGES = 5;

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
async function backupAges(
  reader: SectionReader,
  now: number,
  ofStorage: ToolArgs,
  pool?: string,
): Promise<Answer> {
  const filter = pool === undefined ? {} : { filter: `pool=${pool}` };
  const [guests, backups] = await Promise.all([
    reader.allGuests(["vmid", "name", "status"], filter),
    reader.allRows(
      "proxmox_backup",
      { action: "list", fields: ["vmid", "ctime"], ...ofStorage },
      MAX_BACKUP_PAGES,
    ),
  ]);
  const failed = guests.failed ?? backups.failed;
  if (failed) return failed;
  if (backups.rows.length === 0) return { title: "No backup was found", notes: backups.notes };
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
    ...backups.notes,
    ...countedNote(backups, "newest", "backups"),
  ]);
}

async function build({ args, reader, now }: PromptContext): Promise<PromptBody> {
  const { storage, pool } = args;
  const ofStorage: ToolArgs = storage === undefined ? {} : { storage };
  const guests: Promise<Section> = backupAges(reader, now, ofStorage, pool).then((answer) => ({
    heading: "Newest backup of each guest",
    call: "proxmox_backup action=list",
    answer,
  }));
  const sections = await Promise.all([
    reader.backupJobs(),
    reader.section("Guests in no job", GATEWAY.call, {
      operation: "GET /cluster/backup-info/not-backed-up",
    }),
    guests,
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
