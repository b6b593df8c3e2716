/**
 * Which guests are not backed up as they should be: their newest backup, the jobs that cover them,
 * disks that no job covers, runs that failed, and retention against what is there.
 *
 * @module
 */
import { counted, DAY, some, span } from "../../base/text/units.ts";
import { orderBy } from "../../answer/order.ts";
import type { Args } from "../../pve/encode.ts";
import { shortPath } from "../../pve/hidden_rows.ts";
import { retentionOf } from "../../pve/effects/pruning.ts";
import { keptBackups, type Retention } from "../../pve/retention.ts";
import type { Row } from "../../tool/answer.ts";
import { type FailedRun, failedRuns } from "./_backup_runs.ts";
import { backupSight } from "../_backup_sight.ts";
import { type Backup, backupPlaces, backupsByGuest } from "./_backup_list.ts";
import { type GuestRow, type Readings, rowsOf } from "./_readings.ts";
import { type Report, shareText } from "./_report.ts";

/** Days after which a backup is old, unless the caller says. */
const DEFAULT_DAYS = 3;
/** Days in which runs that failed are looked for. */
const RUN_DAYS = 3;

/** Guests whose last backup failed, then those without one, then the oldest; templates at the end. */
const WORST_FIRST = orderBy("template", "-failed", "ctime");

/** What jobs do for a guest. */
interface Coverage {
  readonly jobs: string[];
  /** Jobs that are switched off. */
  readonly disabled: string[];
  /** Disks that a job leaves out, though it has the guest. */
  readonly left: Set<string>;
}

interface VolumeTree {
  readonly children?: readonly {
    readonly id: number;
    readonly children?: readonly { readonly id: string; readonly included?: unknown }[];
  }[];
}

/** What each job covers, asked of PVE, which knows pools and exclusions. */
async function coverageByGuest(
  readings: Readings,
  jobs: readonly Row[],
): Promise<Map<number, Coverage>> {
  const trees = await Promise.all(jobs.map(async (job) => {
    const id = String(job.id);
    const operation = "GET /cluster/backup/{id}/included_volumes";
    return [
      job,
      await readings.read<VolumeTree>(operation, { id }, `what ${id} includes`),
    ] as const;
  }));
  const coverage = new Map<number, Coverage>();
  for (const [{ id, enabled }, tree] of trees) {
    for (const guest of tree?.children ?? []) {
      const known = coverage.get(Number(guest.id)) ??
        { jobs: [], disabled: [], left: new Set<string>() };
      coverage.set(Number(guest.id), known);
      const isOn = Number(enabled ?? 1) === 1;
      (isOn ? known.jobs : known.disabled).push(String(id));
      const disks = guest.children ?? [];
      for (const disk of isOn ? disks : []) {
        if (Number(disk.included) !== 1) known.left.add(String(disk.id).split(":")[1] ?? "");
      }
    }
  }
  return coverage;
}

/** What is kept of each guest's backups on a storage: a job's own retention comes first. */
class Retentions {
  constructor(private readonly jobs: readonly Row[], private readonly storages: readonly Row[]) {}

  #of(storage: string, jobs: readonly string[]): Retention | undefined {
    const job = this.jobs.find((row) =>
      jobs.includes(String(row.id)) && (row.storage ?? "local") === storage
    );
    return retentionOf(job?.["prune-backups"]) ??
      retentionOf(this.storages.find((row) => row.storage === storage)?.["prune-backups"]);
  }

  /** How many backups of a guest would go at the next run. */
  excess(backups: readonly Backup[], jobs: readonly string[]): number {
    let more = 0;
    for (const storage of new Set(backups.map((backup) => backup.storage))) {
      const retention = this.#of(storage, jobs);
      if (retention === undefined) continue;
      const here = backups.filter((backup) => backup.storage === storage && !backup.isProtected);
      more += here.length - keptBackups(here, retention, 0).size;
    }
    return more;
  }
}

/** What of the cluster the token sees. */
interface Seen {
  readonly guests: boolean;
  readonly jobs: boolean;
  readonly runs: boolean;
}

interface Facts {
  readonly backups: readonly Backup[];
  /** The token would see each that there is. */
  readonly seesBackups: boolean;
  readonly coverage: Coverage | undefined;
  readonly failed: string | undefined;
  readonly excess: number;
}

/** What is wrong with a guest's backups; nothing when all is well. */
function problems(
  { backups, seesBackups, coverage, failed, excess }: Facts,
  old: number,
  seen: Seen,
): string[] {
  const [newest] = backups;
  const left = [...coverage?.left ?? []];
  const none = seesBackups ? "no backup" : "no backup that can be seen";
  return [
    ...(failed === undefined ? [] : [`failed: ${failed}`]),
    ...(newest ? newest.ctime < old ? ["too old"] : [] : [none]),
    ...(seen.jobs && (!coverage || coverage.jobs.length === 0)
      ? [coverage?.disabled.length ? `only in ${coverage.disabled[0]}, which is off` : "in no job"]
      : []),
    ...(left.length > 0 ? [`not in its backups: ${some(left, 3)}`] : []),
    ...(newest?.verified !== undefined && newest.verified !== "ok"
      ? [`verification: ${newest.verified}`]
      : []),
    ...(excess > 0 ? [`${excess} more than the retention keeps`] : []),
  ];
}

/** Why a guest's backup failed last, if it has not gone well since. */
function lastFailure(
  { vmid }: GuestRow,
  runs: readonly FailedRun[],
  newest: Backup | undefined,
): string | undefined {
  const run = runs.find(({ guests }) => guests.has(vmid));
  return run && run.starttime > (newest?.ctime ?? 0) ? run.guests.get(vmid) : undefined;
}

function runText({ node, starttime, status, guests }: FailedRun): string {
  const when = new Date(starttime * 1000).toISOString().slice(0, 16).replace("T", " ");
  const whom = guests.size === 0
    ? "before any guest"
    : `of ${some([...guests.keys()].map(String), 5)}`;
  return `${when} on ${node}, ${whom}: ${status}`;
}

function nextSteps(rows: readonly Row[], runs: readonly FailedRun[]): string[] {
  const worst = rows.find(({ newest }) => newest === "never")?.vmid;
  return [
    ...(runs[0]
      ? [`proxmox_node_task action=log upid=${runs[0].upid} — the run that failed last`]
      : []),
    ...(worst === undefined
      ? []
      : [`proxmox_backup action=create vmid=${worst} storage=… — back it up now`]),
    ...(rows.some(({ problem }) => /in no job|which is off/.test(String(problem)))
      ? ["proxmox_cluster_backup_job action=update id=… vmid=… — have a job cover them"]
      : []),
    ...(rows.some(({ problem }) => /more than the retention/.test(String(problem)))
      ? [
        "proxmox_storage_content action=prune storage=… dry-run=true — what the retention would remove",
      ]
      : []),
    "proxmox_backup action=restore archive=… vmid=NEW — a backup that was never restored is not proven",
  ];
}

/** The report `backups`. */
export async function backups(readings: Readings, args: Args): Promise<Report> {
  const days = Number(args.days ?? DEFAULT_DAYS);
  const old = readings.now - days * DAY;
  const resources = await readings.resources();
  await readings.assertGuests(resources);
  const places = backupPlaces(resources, args.storage);
  const [jobRows, byGuest, runs, storages, sees, permissions] = await Promise.all([
    readings.read("GET /cluster/backup", {}, "backup jobs"),
    backupsByGuest(readings, places),
    failedRuns(readings, resources.online, readings.now - RUN_DAYS * DAY),
    readings.read("GET /storage", {}, "retention of storages").then(rowsOf),
    readings.check([
      ["VM.Audit", "/vms", "guests"],
      ["Datastore.Audit", "/storage", "storages"],
      ["Sys.Audit", "/nodes", "runs of others"],
    ]),
    readings.permissions(),
  ]);
  const jobs = rowsOf(jobRows);
  const seen: Seen = {
    guests: sees("VM.Audit"),
    jobs: jobRows !== undefined,
    runs: sees("Sys.Audit"),
  };
  const sight = backupSight(permissions, places.map(({ storage }) => storage));
  const seesStorages = sees("Datastore.Audit");
  const coverage = await coverageByGuest(readings, jobs);
  const retentions = new Retentions(jobs, storages);
  const all = resources.guests.map((guest) => {
    const ofGuest = byGuest.get(guest.vmid) ?? [];
    const [newest] = ofGuest;
    const facts: Facts = {
      backups: ofGuest,
      seesBackups: seesStorages && sight.sees(guest.vmid),
      coverage: coverage.get(guest.vmid),
      failed: lastFailure(guest, runs, newest),
      excess: retentions.excess(ofGuest, coverage.get(guest.vmid)?.jobs ?? []),
    };
    return { guest, newest, facts, found: problems(facts, old, seen) };
  });
  const aged = all.filter(({ newest, facts }) => newest ? newest.ctime < old : facts.seesBackups);
  const never = aged.filter(({ newest }) => !newest);
  const unknown = all.filter(({ newest, facts }) => !newest && !facts.seesBackups);
  const noJob = all.filter(({ facts }) => (facts.coverage?.jobs.length ?? 0) === 0);
  const rows = all.filter(({ found }) => found.length > 0)
    .map(({ guest, newest, facts, found }) => ({
      vmid: guest.vmid,
      pool: guest.pool ?? "",
      name: guest.template ? `${guest.name} (template)` : guest.name,
      newest: newest
        ? `${span(Math.max(60, readings.now - newest.ctime))} ago`
        : facts.seesBackups
        ? "never"
        : "unknown",
      where: newest?.place ?? "",
      job: seen.jobs ? some(facts.coverage?.jobs ?? [], 2) : "unknown",
      problem: found.join("; "),
      template: guest.template ?? 0,
      failed: facts.failed !== undefined,
      ctime: newest?.ctime ?? 0,
    })).sort(WORST_FIRST);
  const there = new Set(resources.guests.map(({ vmid }) => vmid));
  const gone = [...byGuest.keys()].filter((vmid) => !there.has(vmid));
  const lacking = unknown.length > 0 ? sight.lacks.map(shortPath) : [];
  if (lacking.length > 0) {
    readings.note(`The token lacks ${lacking.join("; ")}: backups may be missing here`);
  }
  const hint = seen.guests && unknown.length === 0 ? "" : " that can be seen";
  const numbers = (guests: typeof all): string =>
    some(guests.map(({ guest }) => String(guest.vmid)), 30);
  const guests = `${counted(aged.length, "guest")} of ${all.length}${
    seen.guests ? "" : " that can be seen"
  }`;
  const found = shareText(all.length, unknown.length, {
    known: `${guests} without a backup from the last ${
      counted(days, "day")
    }, ${never.length} without any`,
    none: "Whether there are backups",
  });
  return {
    title: `${found}; ${seen.jobs ? `${noJob.length} in no active job` : "jobs cannot be seen"}`,
    facts: {
      "without a recent backup": unknown.length < all.length
        ? numbers(aged) || `none${hint}`
        : "unknown: no backup can be seen",
      "failed runs": runs.slice(0, 3).map(runText).join("; ") ||
        `none${seen.runs ? "" : " that can be seen"} in ${RUN_DAYS} days`,
      jobs:
        jobs.map((job) =>
          `${job.id} (${Number(job.enabled ?? 1) ? job.schedule : "off"}, to ${
            job.storage ?? "local"
          })`
        ).slice(0, 5).join("; ") || (seen.jobs ? "none" : "unknown"),
      ...(gone.length > 0 ? { "backups of guests that are gone": some(gone.map(String), 10) } : {}),
    },
    columns: ["vmid", "name", "newest", "where", "job", "problem"],
    rows,
    order: WORST_FIRST,
    unseen: readings.unseen(),
    next: nextSteps(rows, runs),
  };
}
