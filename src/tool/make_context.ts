/**
 * What a call has at hand while it is done: made of what it was given, and of its requests.
 *
 * @module
 */
import { refuseHarm } from "../guard/protect.ts";
import { operationFact } from "../pve/api.ts";
import type { PveAnswer } from "../pve/client.ts";
import type { Accepted } from "./accept.ts";
import type { Asking } from "./asking.ts";
import type { CallContext, CallInput, Services } from "./context.ts";
import { despiteLocks } from "./locks.ts";
import type { RegisteredTool } from "./registry.ts";
import type { Secrets } from "./secrets.ts";
import type { Found } from "./target.ts";

/** One call on its way: what it was given, and what it learns. */
export interface Call {
  readonly services: Services;
  readonly registered: RegisteredTool;
  readonly accepted: Accepted;
  readonly input: CallInput;
  readonly asking: Asking;
  readonly secrets: Secrets;
  /** Facts for the end of the answer. */
  readonly heard: string[];
}

/** The context of a call whose target was found. */
export function makeContext(call: Call, found: Found): CallContext {
  const { services, accepted, input, asking, secrets, heard: notes } = call;
  const { budget } = asking;
  notes.push(...found.notes);
  const { signal, progress } = input;
  const context: CallContext = {
    ...services,
    ...input,
    ...(found.guest ? { guest: found.guest } : {}),
    ...(found.node === undefined ? {} : { node: found.node }),
    view: accepted.view,
    budget,
    notes,
    request: (operation, args, own) => {
      const ask = async (): Promise<PveAnswer> => {
        await refuseHarm(services, operation, args, signal);
        const answer = await asking.request(operation, args, own);
        secrets.hear(operation, answer.data);
        return answer;
      };
      const changes = operationFact(operation).method !== "GET";
      return changes && found.guest && args.vmid === found.guest.vmid
        ? despiteLocks(context, found.guest, ask)
        : ask();
    },
    follow: (upid, most = Infinity) =>
      services.tasks.wait(upid, {
        seconds: Math.min(most, budget.waitSeconds),
        request: asking.options,
        ...(progress ? { onProgress: progress } : {}),
      }),
  };
  return context;
}
