/**
 * How the guest of a call stands, for when nobody knows what came of a change to it.
 *
 * @module
 */
import { GUEST_NOT_ON_NODE } from "../answer/hints/messages.ts";
import { errorMessage } from "../base/text/error_message.ts";
import { guestOperation } from "../pve/api.ts";
import { UnprovenError } from "../pve/evidence.ts";
import { nameOf } from "../pve/guests.ts";
import { TaskUnreadError } from "../pve/tasks.ts";
import type { ReadContext } from "../tool/context.ts";

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
