/**
 * What a call has at hand while it is done: made of what it was given, and of its requests.
 *
 * @module
 */
import { refuseProtectedImpact } from "../guard/protection.ts";
import { operationFact } from "../pve/api.ts";
import type { PveAnswer } from "../pve/client.ts";
import type { ParsedCall } from "./parse.ts";
import type { RequestTracker } from "./request_tracker.ts";
import type { CallContext, CallInput } from "../tool/context.ts";
import { retryWhileLocked } from "./lock_retry.ts";
import type { RegisteredTool } from "../tool/registry.ts";
import type { CallSecrets } from "../answer/secrets.ts";
import type { ResolvedTarget } from "./resolve.ts";
import type { Services } from "../tool/services.ts";

/** One call on its way: what it was given, and what it learns. */
export interface RunningCall {
  readonly services: Services;
  readonly registered: RegisteredTool;
  readonly parsed: ParsedCall;
  readonly input: CallInput;
  readonly tracker: RequestTracker;
  readonly secrets: CallSecrets;
  /** Facts for the end of the answer. */
  readonly notes: string[];
}

/** The context of a call whose target was found. */
export function makeContext(call: RunningCall, found: ResolvedTarget): CallContext {
  const { services, parsed: accepted, input, tracker: asking, secrets, notes: notes } = call;
  const { budget } = asking;
  notes.push(...found.notes);
  const { signal, progress } = input;
  const context: CallContext = {
    ...services,
    ...input,
    ...(found.guest ? { guest: found.guest } : {}),
    ...(found.node === undefined ? {} : { node: found.node }),
    options: accepted.options,
    budget,
    notes,
    request: (operation, args, own) => {
      const ask = async (): Promise<PveAnswer> => {
        await refuseProtectedImpact(services, operation, args, signal);
        const answer = await asking.request(operation, args, own);
        secrets.learnAnswer(operation, answer.data);
        return answer;
      };
      const changes = operationFact(operation).method !== "GET";
      return changes && found.guest && args.vmid === found.guest.vmid
        ? retryWhileLocked(context, found.guest, ask)
        : ask();
    },
    waitForTask: (upid, most = Infinity) =>
      services.tasks.wait(upid, {
        seconds: Math.min(most, budget.waitSeconds),
        request: asking.options,
        ...(progress ? { onProgress: progress } : {}),
      }),
  };
  return context;
}
