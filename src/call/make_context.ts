/**
 * Makes what a tool has at hand during a call: the services, the call's target, and requests that
 * are guarded and tracked.
 *
 * @module
 */
import type { CallBudget } from "../base/async/call_budget.ts";
import { defined } from "../base/defined.ts";
import { sanitizeLine } from "../base/text/sanitize.ts";
import type { AdmittedRequest, Guard } from "../guard/guard.ts";
import { operationFact, refusesTokens } from "../pve/api.ts";
import { download } from "../pve/bytes.ts";
import type { PveAnswer } from "../pve/client.ts";
import { nextVmid } from "../pve/next_vmid.ts";
import { touchedByTask } from "../pve/guest_rows.ts";
import type { ParsedCall } from "./parse.ts";
import type { RequestTracker } from "./request_tracker.ts";
import type { CallContext, CallInput, OtherCluster } from "../tool/context.ts";
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
  /** A dry run: nothing is changed. */
  readonly isOnlyPlanned: boolean;
}

/** The clusters beside that of the call; their requests are the call's, with its time. */
function othersOf(
  { services: { config: { cluster }, all = new Map() }, tracker, secrets }: RunningCall,
): CallContext["others"] {
  const others = [...all].filter(([name]) => name !== cluster);
  return new Map(others.map(([name, { config, guests, pve }]) => {
    const request: OtherCluster["request"] = async (operation, args, own) => {
      const answer = await pve.request(operation, args, { ...tracker.options, ...own });
      secrets.learnAnswer(operation, answer.data);
      return answer;
    };
    return [name, { name, config, guests, request }];
  }));
}

/** The context of a call whose target was found. */
export function makeContext(
  call: RunningCall,
  target: ResolvedTarget,
  guard: Guard,
): CallContext {
  const { services, parsed, input, tracker, secrets, notes } = call;
  const { budget } = tracker;
  notes.push(...target.notes);
  const { progress } = input;
  let vmid: Promise<number> | undefined;
  const { config, guests, clock, files, containerExec } = services;
  const context: CallContext = {
    ...{ config, guests, clock, files, containerExec },
    ...input,
    ...defined({ cluster: config.cluster, guest: target.guest, node: target.node }),
    others: othersOf(call),
    options: parsed.options,
    budget,
    notes,
    nextVmid: () => vmid ??= nextVmid(services.pve, services.clock, input.signal),
    request: (operation, args, own) => {
      const fact = operationFact(operation);
      const changes = fact.method !== "GET";
      const isGuarded = changes || refusesTokens(fact);
      const send = async (): Promise<PveAnswer> => {
        const request: AdmittedRequest = { operation, args };
        const { byLogin, unasked, ...admitted } = isGuarded ? await guard.admit(request) : request;
        const sent = { ...own, ...defined({ byLogin, unasked }) };
        const answer = await tracker.request(operation, admitted.args, sent).catch((error) => {
          throw guard.refusalOf(error);
        });
        secrets.learnAnswer(operation, answer.data);
        return answer;
      };
      return changes && target.guest && args.vmid === target.guest.vmid
        ? retryWhileLocked(context, target.guest, send)
        : send();
    },
    upload: async (request, own, body) => {
      const { unasked } = await guard.admit(request);
      const sent = { ...own, ...defined({ unasked }) };
      return await tracker.upload(request.operation, request.args, sent, body);
    },
    writeOnNode: async (request, file) => {
      const { unasked } = await guard.admit(request);
      const files = await services.nodeFiles();
      await budget.within((signal) => files.write({ ...file, signal }));
      if (unasked !== undefined) notes.push(unasked);
    },
    download: (operation, args, own, read) =>
      download(services.pve, operation, args, { ...tracker.options, ...own }, read),
    waitForTask: async (upid, most = Infinity) => {
      const task = await services.tasks.wait(upid, {
        seconds: Math.min(most, budget.waitSeconds),
        request: tracker.options,
        ...defined({ onProgress: progress }),
      });
      tracker.learnEnd(task);
      guests.noteChange(touchedByTask(task));
      return task;
    },
  };
  return context;
}

/** What comes with the call: in its time, hearing no secrets, and nothing that steers a terminal. */
export function redactedInput(
  input: CallInput,
  budget: CallBudget,
  secrets: CallSecrets,
): CallInput {
  const { ask, progress } = input;
  return {
    signal: budget.signal,
    ...(ask ? { ask: (question, seal) => budget.pauseDuring(() => ask(question, seal)) } : {}),
    ...(progress
      ? {
        progress: (message, percent) =>
          progress(sanitizeLine(secrets.redactText(message)), percent),
      }
      : {}),
  };
}
