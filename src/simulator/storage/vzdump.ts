/**
 * Backups: making them, and reading the configuration inside. Sources: PVE::API2::VZDump,
 * PVE::VZDump.
 *
 * @module
 */
import { byName } from "../by_name.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Guest } from "../core/model.ts";
import { TaskFailure } from "../core/tasks.ts";
import { disksOf, formatSize, guestName } from "../guest/config.ts";
import { assertPrivilege, type ClusterHandlers } from "../guest/find.ts";
import { kindOf } from "../guest/names.ts";
import { humanBytes, percentLines } from "../guest/progress.ts";
import { flag, list, named, text } from "../params.ts";
import { during, failed, invalid } from "../refusal.ts";
import type { Call } from "../types.ts";
import { addBackup, backupBytes, backupName, requireBackup } from "./backups.ts";
import { pruneMarks, retentionOf } from "./prune.ts";

/** How long the backup of one guest takes. */
const GUEST_MS = 2_500;

function assertSelection(call: Call): void {
  const { vmid, all, pool } = call.params;
  if (vmid !== undefined && all === true) {
    throw invalid({ all: "option conflicts with option 'vmid'" });
  }
  if (pool !== undefined && (vmid !== undefined || all === true)) {
    throw invalid({ pool: "option conflicts with options 'vmid' and 'all'" });
  }
  if (vmid === undefined && all !== true && pool === undefined && !flag(call, "stop")) {
    throw invalid({ vmid: "property is missing and it is not optional" });
  }
}

/** Guests of the node that are to be backed up; others are left out without a word. */
function selected(cluster: Cluster, call: Call, node: string): Guest[] {
  const excluded = new Set(list(call, "exclude").map(Number));
  const pool = text(call, "pool");
  const members = cluster.table("pools").get(pool ?? "")?.vms;
  if (pool !== undefined && !members) throw failed(`pool '${pool}' does not exist`);
  const wanted = new Set(list(call, "vmid").map(Number));
  return cluster.guestsOf(node)
    .filter(({ vmid }) => members ? members.has(vmid) : flag(call, "all") || wanted.has(vmid))
    .filter(({ vmid }) => !excluded.has(vmid))
    .sort((a, b) => a.vmid - b.vmid);
}

function notesOf(cluster: Cluster, call: Call, guest: Guest): string | undefined {
  const values: Readonly<Record<string, string>> = {
    guestname: guestName(guest),
    vmid: String(guest.vmid),
    node: guest.node,
    cluster: cluster.nodeNames()[0] ?? "",
  };
  return text(call, "notes-template")?.replace(
    /\{\{(\w+)\}\}/g,
    (whole, name: string) => values[name] ?? whole,
  );
}

function cleanPrevious(cluster: Cluster, call: Call, guest: Guest, storage: string): void {
  const policy = retentionOf(text(call, "prune-backups"));
  if (!policy || call.params["remove"] === false) return;
  const marks = pruneMarks(cluster, storage, guest.node, policy, guest.vmid, guest.type);
  for (const { volid, mark } of marks) {
    if (mark === "remove") cluster.storages.remove(volid, guest.node);
  }
}

interface Job {
  readonly storage: string;
  readonly compress: string;
  readonly mode: string;
  /** Guests that are locked for this job. */
  readonly locked: ReadonlySet<Guest>;
}

function headLines(cluster: Cluster, guest: Guest, job: Job): string[] {
  const type = String(cluster.storages.definitions.get(job.storage)?.type);
  const { name } = backupName(type, guest, cluster.now(), job.compress);
  const path = cluster.storages.path(`${job.storage}:${name}`);
  const kind = kindOf(guest.type);
  const bytes = disksOf(guest.type, guest.config).reduce((sum, disk) => sum + disk.size, 0);
  return [
    `INFO: Starting Backup of ${kind} ${guest.vmid} (${guest.type})`,
    `INFO: status = ${guest.status}`,
    `INFO: ${kind} Name: ${guestName(guest)}`,
    ...disksOf(guest.type, guest.config).filter((disk) => !disk.cdrom)
      .map((disk) => `INFO: include disk '${disk.key}' '${disk.volid}' ${formatSize(disk.size)}`),
    `INFO: backup mode: ${guest.status === "running" ? job.mode : "stop"}`,
    "INFO: ionice priority: 7",
    `INFO: creating ${type === "pbs" ? "Proxmox Backup Server" : "vzdump"} archive '${path}'`,
    ...percentLines("INFO: ", bytes),
  ];
}

/** Backs up one guest; answers its closing lines, and whether it went well. */
function backUp(
  cluster: Cluster,
  call: Call,
  guest: Guest,
  job: Job,
): { ok: boolean; log: string[] } {
  const kind = kindOf(guest.type);
  const refuse = (message: string): { ok: boolean; log: string[] } => ({
    ok: false,
    log: [`ERROR: Backup of ${kind} ${guest.vmid} failed - ${message}`],
  });
  if (!job.locked.has(guest)) return refuse(`${kind} is locked (${guest.config.lock})`);
  const bytes = backupBytes(cluster, guest);
  if (cluster.storages.usage(job.storage, guest.node).avail < bytes) {
    return refuse("vma_queue_write: write error - Broken pipe: No space left on device");
  }
  const notes = notesOf(cluster, call, guest);
  const volume = addBackup(cluster, guest, job.storage, cluster.now(), {
    compress: job.compress,
    protected: flag(call, "protected") ?? false,
    ...(notes === undefined ? {} : { notes }),
  });
  cleanPrevious(cluster, call, guest, job.storage);
  return {
    ok: true,
    log: [
      `INFO: archive file size: ${humanBytes(volume.size)}`,
      `INFO: Finished Backup of ${kind} ${guest.vmid} (00:00:02)`,
    ],
  };
}

/** Locks the guests that are free; answers those. */
function lock(guests: readonly Guest[]): Set<Guest> {
  const free = guests.filter((guest) => guest.config.lock === undefined);
  for (const guest of free) guest.config.lock = "backup";
  return new Set(free);
}

function unlock(guests: Iterable<Guest>): void {
  for (const guest of guests) delete guest.config.lock;
}

function assertTarget(cluster: Cluster, storage: string, node: string): void {
  during(`could not get storage information for '${storage}'`, () => {
    const definition = cluster.storages.require(storage, node);
    if (cluster.storages.content(definition).includes("backup")) return;
    throw failed(`can't use storage '${storage}' for backups - wrong content type`);
  });
}

function vzdump(cluster: Cluster, call: Call): string {
  const node = named(call, "node");
  assertSelection(call);
  const guests = selected(cluster, call, node);
  for (const { vmid } of guests) assertPrivilege(cluster, call, `/vms/${vmid}`, "VM.Backup");
  const storage = text(call, "storage") ?? "local";
  assertPrivilege(cluster, call, `/storage/${storage}`, "Datastore.AllocateSpace");
  // What PVE does as well: nothing to do here is no task and no error.
  if (guests.length === 0) return "OK";
  const job: Job = {
    storage,
    compress: text(call, "compress") ?? "0",
    mode: text(call, "mode") ?? "snapshot",
    locked: lock(guests),
  };
  const ids = guests.map(({ vmid }) => vmid).join(" ");
  const command = `vzdump ${ids} --storage ${job.storage} --mode ${job.mode}`;
  return cluster.startTask({
    node,
    type: "vzdump",
    id: guests.length === 1 ? ids : "",
    user: call.user,
    ms: Math.min(4 * GUEST_MS, GUEST_MS * guests.length),
    log: [
      `INFO: starting new backup job: ${command}`,
      ...guests.flatMap((guest) => headLines(cluster, guest, job)),
    ],
    undo: () => unlock(job.locked),
    finish: () => {
      assertTarget(cluster, job.storage, node);
      const results = guests.map((guest) => backUp(cluster, call, guest, job));
      unlock(job.locked);
      const lines = results.flatMap(({ log }) => log);
      if (results.every(({ ok }) => ok)) {
        return [...lines, "INFO: Backup job finished successfully"];
      }
      throw new TaskFailure("job errors", [...lines, "INFO: Backup job finished with errors"]);
    },
  });
}

function extractConfig(cluster: Cluster, call: Call): string {
  const { config } = requireBackup(cluster, named(call, "volume"), named(call, "node"));
  return Object.entries(config).sort(byName)
    .map(([key, value]) => `${key}: ${value}\n`).join("");
}

/** Handlers of backups. */
export const vzdumpHandlers: ClusterHandlers = {
  "POST /nodes/{node}/vzdump": vzdump,
  "GET /nodes/{node}/vzdump/extractconfig": extractConfig,
};
