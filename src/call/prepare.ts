/**
 * Makes the requests of a call as Proxmox VE wants them, from what is there now; it only reads.
 *
 * @module
 */
import { defined } from "../base/defined.ts";
import { saysMissing } from "../answer/hints/not_found.ts";
import { type ReadOperation, refusesTokens } from "../pve/api.ts";
import type { Args } from "../pve/encode.ts";
import { PveError } from "../pve/errors.ts";
import { thereBy } from "../pve/evidence.ts";
import type { ReadContext } from "../tool/context.ts";
import type { PlannedRequest } from "../tool/planned_request.ts";
import { allFacts, selectOperation } from "../tool/operation.ts";
import type { RunningCall } from "./make_context.ts";
import { checkForGuest, requestArgs } from "./request_args.ts";
import type { ResolvedTarget } from "./resolve.ts";
import type { PreparedCall } from "./respond.ts";

/** What a call will send to change something, as far as it is known before. */
export async function prepare(
  call: RunningCall,
  context: ReadContext,
  target: ResolvedTarget,
): Promise<readonly PlannedRequest[]> {
  const { action, args } = call.parsed;
  if (action.run) checkForGuest(action, args, target);
  const isClosed = allFacts(action).some(refusesTokens);
  if (action.kind === "read" && (action.run || !isClosed)) return [];
  if (action.requests) return await action.requests(context, args);
  const first = await action.before?.(context, args) ?? [];
  const { operation, request } = await prepareOne(call, context, target);
  await assertThere(context, { operation, args: request });
  const last = await action.after?.(context, args) ?? [];
  return [...first, { operation, args: request }, ...last];
}

/**
 * Fails in Proxmox VE's words when there is nothing that a deletion could delete, where the deletion
 * itself would not say so. Whatever else PVE says of the look, it is left to judge the deletion.
 */
async function assertThere(
  context: ReadContext,
  { operation, args }: PlannedRequest,
): Promise<void> {
  const look = thereBy(operation, args);
  if (!look) return;
  try {
    await context.request(look.operation as ReadOperation, look.args);
  } catch (error) {
    if (error instanceof PveError && saysMissing(error)) throw error;
    context.signal.throwIfAborted();
  }
}

/** Makes the request of an action that sends one, from what is there now. */
export async function prepareOne(
  { parsed, registered: { tool } }: RunningCall,
  context: ReadContext,
  target: ResolvedTarget,
): Promise<PreparedCall> {
  const { action } = parsed;
  const args: Args = action.prepare ? await action.prepare(parsed.args, context) : parsed.args;
  const { guest } = target;
  const chosenBy = { ...args, ...defined({ vmid: guest?.vmid }) };
  const operation = selectOperation(action, guest?.type ?? "qemu", chosenBy);
  const request = requestArgs(tool, action, operation, args, target);
  return { tool, parsed, target, operation, args, request };
}
