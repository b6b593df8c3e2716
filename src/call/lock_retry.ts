/**
 * Retries a change that meets a lock of a running task on its guest, until the time of the call is
 * over; then names the task that holds the lock.
 *
 * @module
 */
import { type Backoff, backoffMs } from "../base/async/backoff.ts";
import { guestOperation } from "../pve/api.ts";
import { PveError } from "../pve/errors.ts";
import { describeGuest, type Guest } from "../pve/guests.ts";
import { ToolError } from "../tool/answer.ts";
import type { ReadContext } from "../tool/context.ts";

/** Not every timeout: a shutdown that the guest ignores ends with "got timeout" as well. */
const LOCKED = /can't lock file|(?:VM|CT)(?: \d+)? is locked/i;
/** The lock of a moment, while a config is written: no task need be behind it. */
const FILE = /can't lock file/i;
const PAUSES: Backoff = { firstMs: 500, maxMs: 5_000 };
/**
 * Requests that meet a lock file behind which no task is found, unless the caller says how long to
 * wait: PVE itself waits ten seconds for each.
 */
const MAX_FILE_TRIES = 4;
/** In which a task tells that it met a lock: with less time it would seem to go on. */
const TASK_TELLS_MS = 2_000;

interface TaskRow {
  readonly upid: string;
  readonly type: string;
  readonly id?: string;
  readonly user: string;
  readonly tokenid?: string;
  readonly endtime?: number;
}

/** The words of an error that a lock caused, or undefined; a lock is met before anything is done. */
export function lockMessage(error: unknown): string | undefined {
  const message = error instanceof PveError
    ? error.message
    : error instanceof ToolError && error.details.answer?.task?.state === "failed"
    ? error.details.reason
    : "";
  return LOCKED.test(message) ? message : undefined;
}

/** True for a running task that holds the guest: its own, or a backup of several guests. */
function holdsLock(task: TaskRow, guest: Guest, message: string): boolean {
  if (task.endtime !== undefined) return false;
  const ofSeveral = !task.id && task.type === "vzdump" && message.includes("(backup)");
  return task.id === String(guest.vmid) || ofSeveral;
}

/** The task that holds a guest, or undefined; the lock's own words tell if the list cannot. */
async function lockHolder(
  context: ReadContext,
  guest: Guest,
  message: string,
): Promise<TaskRow | undefined> {
  try {
    const { data } = await context.request("GET /cluster/tasks", {});
    return (data as TaskRow[]).find((task) => holdsLock(task, guest, message));
  } catch {
    context.signal.throwIfAborted();
    return undefined;
  }
}

/** True when the guest has no lock any more: its owner ended while the error was on its way. */
async function isFree(context: ReadContext, { type, node, vmid }: Guest): Promise<boolean> {
  const operation = guestOperation("GET /nodes/{node}/{type}/{vmid}/status/current", type);
  try {
    const { data } = await context.request(operation, { node, vmid });
    return (data as { readonly lock?: string }).lock === undefined;
  } catch {
    context.signal.throwIfAborted();
    return false;
  }
}

function unlockNotes(guest: Guest, message: string): string[] {
  const lock = /\(([\w-]+)\)/.exec(message)?.[1] ?? guest.lock;
  const kind = guest.type === "qemu" ? "qm" : "pct";
  return [
    `No task that the token may see is working on it${lock ? `; the lock is "${lock}"` : ""}`,
    `A lock left over from a task that broke is taken away on the node, by root: ${kind} unlock ${guest.vmid}`,
  ];
}

function ownerOf({ user, tokenid }: TaskRow): string {
  return tokenid ? `${user}!${tokenid}` : user;
}

function explained(guest: Guest, message: string, task: TaskRow | undefined): ToolError {
  return new ToolError(`${describeGuest(guest)} is locked`, {
    reason: message,
    notes: task
      ? [
        `${task.type} of ${ownerOf(task)} is working on it: ${task.upid}`,
        "proxmox_node_task action=wait with that upid waits for its end",
      ]
      : FILE.test(message)
      ? ["Something on its node holds the guest's lock file: try again when it is done"]
      : unlockNotes(guest, message),
  });
}

/**
 * Does work on the call's guest, again while a task there holds a lock.
 *
 * @throws {ToolError} Naming the lock's owner, when it does not pass in time.
 */
export async function retryWhileLocked<T>(
  context: ReadContext,
  guest: Guest,
  work: () => Promise<T>,
): Promise<T> {
  for (let tries = 0;; tries++) {
    try {
      return await work();
    } catch (error) {
      const message = lockMessage(error);
      if (message === undefined) throw error;
      const task = await lockHolder(context, guest, message);
      const pause = backoffMs(tries, PAUSES);
      const left = context.budget.waitSeconds * 1000;
      const needed = error instanceof ToolError ? pause + TASK_TELLS_MS : 0;
      const passes = task !== undefined ||
        (FILE.test(message)
          ? context.options.wait !== undefined || tries + 1 < MAX_FILE_TRIES
          : await isFree(context, guest));
      if (!passes || left <= needed) throw explained(guest, message, task);
      const what = task ? task.type : "the lock";
      context.progress?.(`Waiting for ${what} of ${guest.vmid}`, undefined);
      await context.clock.sleep(Math.min(pause, left), context.signal);
    }
  }
}
