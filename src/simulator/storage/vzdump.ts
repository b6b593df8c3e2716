/**
 * Backups: making them. Sources: PVE::API2::VZDump, PVE::API2::Backup, PVE::VZDump.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { parseRetention } from "../../pve/retention.ts";
import { mayAll } from "../access/privileges.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handlers } from "../core/handler.ts";
import type { Guest } from "../core/model.ts";
import { flag, list, named, text } from "../core/params.ts";
import { ApiError, during, failed, forbidden } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { TaskFailure } from "../core/tasks.ts";
import { assertPrivilege, LOCK_WAIT_MS } from "../guest/find.ts";
import { kindOf } from "../guest/names.ts";
import { isHaManaged } from "../guest/rows.ts";
import {
  type BackupOptions,
  commandLine,
  endLines,
  failureLines,
  headLines,
  workLines,
} from "./backup_log.ts";
import {
  assertPermitted,
  assertSelection,
  isAll,
  notesOf,
  optionProblem,
  selected,
  storageOf,
} from "./backup_request.ts";
import { addBackup, backupBytes } from "./backups.ts";
import { extractConfig } from "./extract_config.ts";
import { pruneMarks } from "./prune.ts";

/** How long the backup of one guest takes. */
const GUEST_MS = 2_500;

interface Job extends BackupOptions {
  readonly call: Call;
  /** What is kept of older backups, as it was asked for or as the storage has it. */
  readonly retention: string | undefined;
  readonly removes: boolean;
  /** Guests that were locked by something else when the job began, with their lock. */
  readonly held: ReadonlyMap<Guest, string>;
}

/** Why the worker does not even begin, or undefined; it says this before it writes anything. */
function hindrance(cluster: Cluster, storage: string, node: string): string | undefined {
  const errors: string[] = [];
  const attempt = (step: string, work: () => void): void => {
    try {
      during(step, work);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      errors.push(error.message);
    }
  };
  attempt(`could not activate storage '${storage}'`, () => {
    cluster.storages.require(storage, node);
  });
  attempt(`could not get storage information for '${storage}'`, () => {
    const definition = cluster.storages.definitions.get(storage);
    if (!definition) throw failed(`storage '${storage}' does not exist`);
    if (cluster.storages.content(definition).includes("backup")) return;
    throw failed(`can't use storage '${storage}' for backups - wrong content type`);
  });
  return errors.length === 0 ? undefined : errors.join("\n");
}

/** Why a guest cannot be backed up before its lock is taken, or undefined. */
function obstacle(cluster: Cluster, guest: Guest, job: Job): string | undefined {
  if (job.mode === "stop" && isHaManaged(cluster, guest)) {
    const { state } = cluster.table("ha.resources").get(`vm:${guest.vmid}`) ??
      cluster.table("ha.resources").get(`ct:${guest.vmid}`) ?? {};
    if ((state ?? "started") === "started") {
      return "Cannot execute a backup with stop mode on a HA managed and enabled Service. " +
        "Use snapshot mode or disable the Service.";
    }
  }
  const limit = Object.entries(parseRetention(job.retention ?? ""))
    .reduce((sum, [rule, count]) => rule === "keep-all" ? sum : sum + Number(count), 0);
  if (limit === 0 || job.removes) return undefined;
  const count = [...cluster.storages.volumes(job.storage, guest.node).values()]
    .filter(({ backup, vmid, protected: guarded }) =>
      backup?.type === guest.type && vmid === guest.vmid && !guarded
    ).length;
  return count < limit
    ? undefined
    : `There is a max backup limit of ${limit} enforced by the target storage or the vzdump ` +
      "parameters. Either increase the limit or delete old backups.";
}

/** Removes backups that the retention does not keep; answers how many. */
function prune(cluster: Cluster, guest: Guest, job: Job): number {
  if (job.retention === undefined || !job.removes) return 0;
  const policy = parseRetention(job.retention);
  const marks = pruneMarks(cluster, job.storage, guest.node, policy, guest.vmid, guest.type)
    .filter(({ mark }) => mark === "remove");
  for (const { volid } of marks) cluster.storages.remove(volid, guest.node);
  return marks.length;
}

/** What the log says of a guest before its end, and whether its backup fails. */
function prospect(cluster: Cluster, guest: Guest, job: Job): { log: string[]; fails: boolean } {
  const fails = (log: string[], reason: string): { log: string[]; fails: boolean } => ({
    log: [...log, ...failureLines(cluster, guest.vmid, reason)],
    fails: true,
  });
  const early = obstacle(cluster, guest, job);
  if (early !== undefined) return fails([], early);
  const head = headLines(cluster, guest);
  const heldMs = (guest.heldUntilMs ?? 0) - cluster.nowMs();
  if (heldMs > LOCK_WAIT_MS) {
    const file = `/var/lock/qemu-server/lock-${guest.vmid}.conf`;
    return fails(
      [...head, "trying to acquire lock..."],
      `can't lock file '${file}' - got timeout`,
    );
  }
  if (heldMs > 0) head.push("trying to acquire lock...", " OK");
  const lock = job.held.get(guest);
  if (lock !== undefined) return fails(head, `${kindOf(guest.type)} is locked (${lock})`);
  return { log: [...head, ...workLines(cluster, guest, job)], fails: false };
}

/** Backs up one guest; answers its closing lines, and whether it went well. */
function backUp(cluster: Cluster, guest: Guest, job: Job): { ok: boolean; log: string[] } {
  const bytes = backupBytes(cluster, guest);
  if (cluster.storages.usage(job.storage, guest.node).avail < bytes) {
    const reason = "vma_queue_write: write error - Broken pipe: No space left on device";
    return { ok: false, log: failureLines(cluster, guest.vmid, reason) };
  }
  const notes = notesOf(cluster, job.call, guest);
  const volume = addBackup(cluster, guest, job.storage, cluster.now(), {
    compress: job.compress,
    protected: flag(job.call, "protected") ?? false,
    ...defined({ notes }),
  });
  // QEMU ran for the backup alone.
  if (guest.type === "qemu" && guest.status === "stopped") guest.endedMs = cluster.nowMs();
  // It was stopped and started for the backup.
  if (job.mode === "stop" && guest.status === "running") guest.startTime = cluster.now();
  const pruned = prune(cluster, guest, job);
  const shown = job.removes ? job.retention?.replaceAll(",", ", ") : undefined;
  return { ok: true, log: endLines(cluster, guest, job.mode, volume, shown, pruned) };
}

/** Locks the guests that are free; answers the others with what holds them. */
function lock(guests: readonly Guest[]): Map<Guest, string> {
  const held = new Map<Guest, string>();
  for (const guest of guests) {
    if (guest.config.lock === undefined) guest.config.lock = "backup";
    else held.set(guest, String(guest.config.lock));
  }
  return held;
}

function jobOf(cluster: Cluster, call: Call, guests: readonly Guest[]): Job {
  const storage = storageOf(call);
  const configured = cluster.storages.definitions.get(storage)?.["prune-backups"];
  const retention = text(call, "prune-backups") ??
    (configured === undefined ? undefined : String(configured));
  const keepsAll = retention === undefined || /keep-all=1/.test(retention);
  return {
    call,
    storage,
    compress: text(call, "compress") ?? "0",
    mode: text(call, "mode") ?? "snapshot",
    retention: keepsAll ? undefined : retention,
    removes: !keepsAll && call.params["remove"] !== false,
    held: lock(guests),
  };
}

/** Runs the backups of some guests as a task. */
function startJob(
  cluster: Cluster,
  call: Call,
  guests: readonly Guest[],
  unknown: readonly number[],
): string {
  const node = named(call, "node");
  const vmids = [...guests.map(({ vmid }) => vmid), ...unknown].sort((a, b) => a - b);
  const id = vmids.length === 1 ? String(vmids[0]) : "";
  const worker = { node, type: "vzdump", id, user: call.user };
  const hindered = optionProblem(call) ?? hindrance(cluster, storageOf(call), node);
  const refused = guests.find(({ vmid }) =>
    !mayAll(cluster, call.user, `/vms/${vmid}`, ["VM.Backup"])
  );
  const first = `INFO: starting new backup job: ${commandLine(call, isAll(call) ? [] : vmids)}`;
  if (hindered !== undefined || (refused && !isAll(call))) {
    return cluster.startTask({
      ...worker,
      ms: 500,
      log: hindered === undefined ? [first] : [],
      finish: () => {
        if (hindered !== undefined) throw failed(hindered);
        throw failed(`403 ${forbidden(`/vms/${refused?.vmid}, VM.Backup`).message}`);
      },
    });
  }
  const job = jobOf(cluster, call, guests);
  const unlock = (): void => {
    for (const guest of guests) {
      if (!job.held.has(guest)) delete guest.config.lock;
    }
  };
  const prospects = guests.map((guest) => ({ guest, ...prospect(cluster, guest, job) }));
  return cluster.startTask({
    ...worker,
    ms: Math.min(4 * GUEST_MS, GUEST_MS * Math.max(1, guests.length)),
    log: [first, ...prospects.flatMap(({ log }) => log)],
    undo: unlock,
    finish: () => {
      const results = prospects.map(({ guest, fails }) =>
        fails ? { ok: false, log: [] } : backUp(cluster, guest, job)
      );
      unlock();
      const lines = [
        ...results.flatMap(({ log }) => log),
        ...unknown.flatMap((vmid) => failureLines(cluster, vmid, `unable to find VM '${vmid}'`)),
      ];
      if (results.every(({ ok }) => ok) && unknown.length === 0) {
        return [...lines, "INFO: Backup job finished successfully"];
      }
      throw new TaskFailure("job errors", [...lines, "INFO: Backup job finished with errors"]);
    },
  });
}

function vzdump(cluster: Cluster, call: Call): string {
  assertPermitted(cluster, call);
  assertSelection(call);
  const guests = selected(cluster, call, named(call, "node"));
  // What PVE does as well: nothing to do here is no task and no error.
  const unknown = list(call, "vmid").map(Number).filter((vmid) => !cluster.guests.has(vmid));
  if (guests.length === 0 && unknown.length === 0 && !flag(call, "all")) return "OK";
  const storage = text(call, "storage");
  if (storage !== undefined) {
    assertPrivilege(cluster, call, `/storage/${storage}`, "Datastore.AllocateSpace");
  }
  const allowed = guests.filter(({ vmid }) =>
    !isAll(call) || mayAll(cluster, call.user, `/vms/${vmid}`, ["VM.Backup"])
  );
  return startJob(cluster, call, allowed, unknown);
}

/** What a node does when a request does not say; the retention is that of the storage. */
function defaults(cluster: Cluster, call: Call): Entry {
  const storage = storageOf(call);
  const retention = cluster.storages.definitions.get(storage)?.["prune-backups"];
  return {
    all: 0,
    bwlimit: 0,
    compress: "0",
    ...(text(call, "storage") === undefined ? { dumpdir: "/var/lib/vz/dump" } : {}),
    fleecing: { enabled: 0 },
    ionice: 7,
    lockwait: 180,
    mailnotification: "always",
    mode: "snapshot",
    "notification-mode": "auto",
    performance: { "max-workers": 16, "pbs-entries-max": 1048576 },
    pigz: 0,
    "prune-backups": retention ?? "keep-all=1",
    quiet: 0,
    remove: 1,
    stdexcludes: 1,
    stop: 0,
    stopwait: 10,
    storage,
    zstd: 1,
  };
}

/** Handlers of backups. */
export const handlers: Handlers = {
  "POST /nodes/{node}/vzdump": vzdump,
  "GET /nodes/{node}/vzdump/defaults": defaults,
  "GET /nodes/{node}/vzdump/extractconfig": extractConfig,
};
