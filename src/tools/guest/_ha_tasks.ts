/**
 * The tasks by which HA does what it was asked: the task of the request only asks, and ends well
 * whatever comes of it.
 *
 * @module
 */
import type { Guest } from "../../pve/guests.ts";
import type { TaskResult } from "../../pve/tasks.ts";
import { parseUpid } from "../../pve/upid.ts";
import type { ReadContext } from "../../tool/context.ts";

/** Reads of {@linkcode haTask}: tasks of root@pam, which not every token may see. */
export const HA_TASK_READS = ["GET /nodes/{node}/tasks"] as const;

/** True for a task that has asked HA for something. */
export function asksHa(task: TaskResult | undefined): task is TaskResult {
  return task?.type.startsWith("ha") === true;
}

/**
 * The newest task of such a type on the node of the guest since HA was asked; undefined while there
 * is none, and where the token may not see it.
 */
export async function haTask(
  context: ReadContext,
  { node, vmid }: Guest,
  asked: TaskResult,
  types: RegExp,
): Promise<string | undefined> {
  const since = parseUpid(asked.upid)?.starttime ?? 0;
  try {
    const args = { node, vmid, source: "all", since, limit: 20 } as const;
    const { data } = await context.request("GET /nodes/{node}/tasks", args);
    return (data as readonly { readonly upid: string; readonly type: string }[])
      .find(({ type }) => types.test(type))?.upid;
  } catch {
    context.signal.throwIfAborted();
    return undefined;
  }
}
