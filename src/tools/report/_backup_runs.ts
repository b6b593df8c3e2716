/**
 * Runs of backups that failed, with each guest's own line of the log.
 *
 * @module
 */
import { counted } from "../../base/text/units.ts";
import { backupFailures, MAX_BACKUP_LINES } from "../_backup_log.ts";
import { type Readings, rowsOf } from "./_readings.ts";

/** Failed runs whose logs are read, the newest first. */
const MAX_LOGS = 12;

/** A run that failed. */
export interface FailedRun {
  readonly node: string;
  readonly upid: string;
  readonly starttime: number;
  /** The run's own end: `job errors`. */
  readonly status: string;
  /** Why single guests failed, by number. */
  readonly guests: ReadonlyMap<number, string>;
}

interface Task {
  readonly upid: string;
  readonly node: string;
  readonly id?: string;
  readonly starttime: number;
  readonly status?: string;
}

async function readRun(readings: Readings, task: Task): Promise<FailedRun> {
  const { node, upid, id, starttime, status = "" } = task;
  const lines = rowsOf<{ readonly t?: unknown }>(
    await readings.read(
      "GET /nodes/{node}/tasks/{upid}/log",
      { node, upid, start: 0, limit: MAX_BACKUP_LINES },
      "logs of failed backups",
    ),
  ).map(({ t }) => String(t ?? ""));
  const guests = backupFailures(lines);
  // A run of one guest that failed before it came to it.
  if (guests.size === 0 && /^\d+$/.test(id ?? "")) guests.set(Number(id), status);
  return { node, upid, starttime, status, guests };
}

/** Runs that failed since a moment, the newest first. */
export async function failedRuns(
  readings: Readings,
  online: readonly string[],
  since: number,
): Promise<FailedRun[]> {
  const answers = await readings.ofNodes(online, "GET /nodes/{node}/tasks", "tasks", {
    source: "archive",
    since,
    typefilter: "vzdump",
    statusfilter: "error",
    limit: 100,
  });
  const tasks = answers.flatMap(([node, data]) =>
    rowsOf<Omit<Task, "node">>(data).map((task): Task => ({ ...task, node }))
  ).sort((one, other) => other.starttime - one.starttime);
  if (tasks.length > MAX_LOGS) {
    readings.note(`${counted(tasks.length - MAX_LOGS, "older failed run")} not looked into`);
  }
  return await Promise.all(tasks.slice(0, MAX_LOGS).map((task) => readRun(readings, task)));
}
