/**
 * What the error of a call tells: that its guest has moved, of which task it speaks, and that nobody
 * knows what came of a change, so that a look at the guest is worth it.
 *
 * @module
 */
import { GUEST_NOT_ON_NODE } from "../answer/hints/messages.ts";
import { errorMessage } from "../base/text/error_message.ts";
import { guestOperation } from "../pve/api.ts";
import { PveError } from "../pve/errors.ts";
import { UnprovenError } from "../pve/evidence.ts";
import { type Guest, nameOf } from "../pve/guests.ts";
import { TaskUnreadError } from "../pve/tasks.ts";
import { ToolError } from "../tool/answer.ts";
import type { ReadContext } from "../tool/context.ts";

/** True when the guest was not where it was looked for: that request did nothing. */
export function hasMovedAway(error: unknown, guest: Guest | undefined): boolean {
  if (error instanceof UnprovenError) {
    return error.details.nothingDone === true && guest !== undefined;
  }
  return error instanceof PveError && GUEST_NOT_ON_NODE.test(error.message);
}

/** The task that an error tells of. */
export function taskOf(error: unknown): string | undefined {
  if (error instanceof TaskUnreadError) return error.task.upid;
  return error instanceof ToolError ? error.details.answer?.task?.upid : undefined;
}

/** One look at the guest; nothing where it does not tell. It never fails: the change is the news. */
async function guestStateNotes(context: ReadContext): Promise<string[]> {
  const { guest } = context;
  if (!guest) return [];
  const operation = guestOperation("GET /nodes/{node}/{type}/{vmid}/status/current", guest.type);
  try {
    const { data } = await context.request(operation, { node: guest.node, vmid: guest.vmid });
    const status = (data as { readonly status?: unknown } | null)?.status;
    return typeof status === "string" ? [`${nameOf(guest)} is ${status} now`] : [];
  } catch (error) {
    return GUEST_NOT_ON_NODE.test(errorMessage(error))
      ? [`${nameOf(guest)} is not on ${guest.node} any more`]
      : [];
  }
}

/** True when a task was due, and nothing that PVE tells shows what came of it. */
function isUnknown(error: unknown): boolean {
  if (error instanceof TaskUnreadError) return error.isLost;
  if (!(error instanceof UnprovenError)) return false;
  return !error.details.nothingDone && !error.details.stillThere;
}

/** Throws the error of a call, having noted how the guest stands where nobody knows the outcome. */
export async function noteUnknown(context: ReadContext, error: unknown): Promise<never> {
  if (isUnknown(error)) context.notes.push(...await guestStateNotes(context));
  throw error;
}
