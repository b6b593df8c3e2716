/**
 * The one path of every call: read the arguments → permit → find the target → request → wait →
 * answer. Whoever called renders it.
 *
 * @module
 */
import type { PendingAction } from "../guard/confirm.ts";
import { audited, Guard } from "../guard/guard.ts";
import { log } from "../base/process/log.ts";
import { sanitizeLine } from "../base/text/sanitize.ts";
import { PveError } from "../pve/errors.ts";
import { refusesTokens } from "../pve/api.ts";
import { describeGuest } from "../pve/guests.ts";
import { notFoundHint } from "../answer/hints/not_found.ts";
import { parseCall } from "./parse.ts";
import { type Answer, ToolError } from "../tool/answer.ts";
import { selectAction, type SelectedAction } from "./select_action.ts";
import type { CallContext, CallInput } from "../tool/context.ts";
import type { PlannedRequest } from "../tool/define.ts";
import type { Args } from "../pve/encode.ts";
import { pollUntil } from "../base/async/backoff.ts";
import { CallBudget, CallTimeoutError } from "../base/async/call_budget.ts";
import { defined } from "../base/defined.ts";
import { RequestTracker } from "./request_tracker.ts";
import { GATEWAY } from "../tool/gateway_names.ts";
import { emptyListHints } from "../answer/hints/empty_list.ts";
import { explainError } from "../answer/hints/explain_error.ts";
import { resolveGuestReferences } from "./guest_references.ts";
import { retryWhileLocked } from "./lock_retry.ts";
import { makeContext, type RunningCall } from "./make_context.ts";
import { onlyReads } from "../tool/only_reads.ts";
import { allFacts, selectOperation } from "../tool/operation.ts";
import { type RegisteredTool, tierOf } from "../tool/registry.ts";
import { checkForGuest, requestArgs } from "./request_args.ts";
import { callLabel, fillTemplate, performRequest } from "./respond.ts";
import { CallSecrets } from "../answer/secrets.ts";
import { type ResolvedTarget, resolveTarget } from "./resolve.ts";
import { GUEST_NOT_ON_NODE } from "../answer/hints/messages.ts";
import type { Services } from "../tool/services.ts";

/** Seconds after which the list of guests surely knows where one has moved to. */
const MAX_LIST_AGE_SECONDS = 12;

/** Refuses what the tier does not allow, or what no API token may do. */
function permit(
  services: Services,
  { category, tool }: RegisteredTool,
  chosen: SelectedAction,
): void {
  const { action } = chosen;
  const which = callLabel(tool, chosen.actionName);
  const elevated = tierOf(category, action) === "elevated";
  if (elevated && services.config.readOnly) {
    throw onlyReads(`${which} changes something, and this server only reads`);
  }
  if (elevated && !services.config.allowElevated) {
    throw new ToolError(`${which} needs the elevated tier`, {
      denied: true,
      reason:
        "To allow it, set PROXMOX_ALLOW_ELEVATED=true in the environment of this server and start it again",
      notes: ["Nothing was done"],
    });
  }
  const facts = allFacts(action);
  if (!action.run && facts.every(refusesTokens)) {
    throw new ToolError(`${which} cannot be done with an API token`, {
      reason: "Proxmox VE allows it only to root@pam logged in with a password",
      notes: ["Nothing was sent; it can be done in the web interface or on the node's shell"],
    });
  }
}

/** The request of an action, and the arguments that it was made of. */
interface Prepared extends PlannedRequest {
  /** As `prepare` left them: for the answer. */
  readonly prepared: Args;
}

/** Makes the request of an action that sends one, from what is there now. It only reads. */
async function prepare(
  { parsed: { action, args }, registered: { tool } }: RunningCall,
  context: CallContext,
  target: ResolvedTarget,
): Promise<Prepared> {
  const prepared = action.prepare ? await action.prepare(args, context) : args;
  const operation = selectOperation(action, target.guest?.type ?? "qemu", prepared);
  return { operation, prepared, args: requestArgs(tool, action, operation, prepared, target) };
}

/** What a call will send to change something, as far as it is known before. */
async function plannedRequests(
  call: RunningCall,
  context: CallContext,
  target: ResolvedTarget,
): Promise<readonly PlannedRequest[]> {
  const { action, args } = call.parsed;
  if (action.kind === "read") return [];
  // What is noted on the way is noted again when it is done.
  const planning = { ...context, notes: [] };
  if (action.run) return await action.requests?.(planning, args) ?? [];
  return [await prepare(call, planning, target)];
}

async function perform(call: RunningCall): Promise<Answer> {
  const { services, registered: { tool }, parsed, input, tracker, notes } = call;
  const { action, namedTarget, args } = parsed;
  const resolve = (): Promise<ResolvedTarget> =>
    resolveTarget(services, tool, action, namedTarget, args, tracker.options);
  const target = await resolve();
  try {
    return await performOn(call, target);
  } catch (error) {
    if (!hasMovedAway(error) || tracker.hasChanged) throw error;
    const resolveAgain = (): Promise<ResolvedTarget> => {
      services.guests.forget();
      return resolve();
    };
    const isElsewhere = ({ node }: ResolvedTarget): boolean => node !== target.node;
    const moved = await pollUntil(
      { ...services, ...input },
      resolveAgain,
      isElsewhere,
      MAX_LIST_AGE_SECONDS,
    );
    if (!isElsewhere(moved)) throw error;
    notes.push(`It had moved from ${target.node} to ${moved.node}`);
    return await performOn(call, moved);
  }
}

/** True when the guest was not where it was looked for: that request did nothing. */
function hasMovedAway(error: unknown): boolean {
  return error instanceof PveError &&
    GUEST_NOT_ON_NODE.test(error.message);
}

async function performOn(call: RunningCall, target: ResolvedTarget): Promise<Answer> {
  const { services, registered: { category }, parsed, input, tracker, secrets, notes } = call;
  const { action, args } = parsed;
  const pending = pendingActionOf(call, target);
  const guard = new Guard(services, pending, input, tracker.options, notes);
  const context = makeContext(call, target, guard);
  const work = async (): Promise<Answer> => {
    await guard.confirm(await plannedRequests(call, context, target));
    return await performInOrder(context, call, target);
  };
  const elevated = tierOf(category, action) === "elevated";
  const answer = elevated ? await audited(services, pending, notes, work) : await work();
  const note = typeof action.note === "function" ? action.note(answer) : action.note;
  return {
    ...answer,
    notes: [
      ...(answer.notes ?? []),
      ...notes,
      ...(note === undefined ? [] : [fillTemplate(note, args, target)]),
      ...(answer.list
        ? emptyListHints(answer.list, { ...parsed, args: secrets.redactValue(args) })
        : []),
    ],
  };
}

/** Does what the action says; changes to one guest wait for each other, and for passing locks. */
async function performInOrder(
  context: CallContext,
  call: RunningCall,
  target: ResolvedTarget,
): Promise<Answer> {
  const { tracker, parsed, registered: { tool } } = call;
  const { action } = parsed;
  const { guest } = target;
  if (action.kind === "read" || !guest) return await attempt();
  const work = (): Promise<Answer> =>
    action.run ? attempt() : retryWhileLocked(context, guest, attempt);
  try {
    return await context.budget.within((signal) =>
      context.guestLocks.run(String(guest.vmid), signal, work)
    );
  } catch (error) {
    if (!(error instanceof CallTimeoutError) || tracker.hasBegun) throw error;
    throw new ToolError(`Other calls are still changing ${describeGuest(guest)}`, {
      reason: "Changes to one guest wait for each other, and the time of this call was over before",
      notes: ["Nothing was done"],
    });
  }

  async function attempt(): Promise<Answer> {
    tracker.begin();
    if (action.run) {
      checkForGuest(action, parsed.args, target);
      return await action.run(context, parsed.args);
    }
    const { operation, prepared, args } = await prepare(call, context, target);
    return await performRequest(
      context,
      { tool, parsed, target, operation, args: prepared },
      args,
    );
  }
}

function pendingActionOf(
  { registered: { tool }, parsed: { actionName, args, options }, secrets }: RunningCall,
  target: ResolvedTarget,
): PendingAction {
  const throughGateway = tool.name === GATEWAY.call;
  return {
    call: throughGateway ? `${tool.name} ${tool.title}` : callLabel(tool, actionName),
    tool: tool.name,
    action: throughGateway ? tool.title : actionName,
    args,
    redactedArgs: secrets.redactValue(args),
    redact: (text) => secrets.redactText(text),
    ...defined({
      guest: target.guest,
      node: target.node,
      contradiction: target.contradiction,
      code: options.confirm,
    }),
  };
}

/** What comes with the call: in its time, hearing no secrets, and nothing that steers a terminal. */
function redactedInput(input: CallInput, budget: CallBudget, secrets: CallSecrets): CallInput {
  const { ask, progress } = input;
  return {
    signal: budget.signal,
    ...(ask ? { ask: (question) => budget.pauseDuring(() => ask(question)) } : {}),
    ...(progress
      ? {
        progress: (message, percent) =>
          progress(sanitizeLine(secrets.redactText(message)), percent),
      }
      : {}),
  };
}

/**
 * Calls a tool; every failure is an answer that says what happened. Secrets are taken out of every
 * answer.
 */
export async function runTool(
  services: Services,
  registered: RegisteredTool,
  raw: unknown,
  input: CallInput,
): Promise<Answer> {
  const { tool } = registered;
  let which: string = tool.name;
  let selected: SelectedAction | undefined;
  let secrets: CallSecrets | undefined;
  const notes: string[] = [];
  using budget = new CallBudget(services.clock, input.signal, services.config.taskWait);
  const tracker = new RequestTracker(services.pve, budget);
  try {
    selected = selectAction(tool, raw);
    secrets = new CallSecrets(selected.action, raw);
    which = callLabel(tool, selected.actionName);
    permit(services, registered, selected);
    const parsedInput = parseCall(tool, raw);
    if (parsedInput.options.wait !== undefined) budget.setWait(parsedInput.options.wait);
    const args = await resolveGuestReferences(
      parsedInput.action,
      parsedInput.args,
      services.guests,
      budget.signal,
    );
    const parsed = { ...parsedInput, args };
    secrets.learnArguments(parsed.args);
    notes.push(...parsed.notes);
    const call = {
      ...{ services, registered, parsed, tracker, secrets, notes },
      input: redactedInput(input, budget, secrets),
    };
    const answer = await perform(call);
    return secrets.redactAnswer({ ...answer, notes: [...(answer.notes ?? []), ...tracker.notes] });
  } catch (error) {
    const begun = tracker.hasSentChange || (tracker.hasBegun && selected?.action.run !== undefined);
    const attempted = selected && { kind: selected.action.kind, begun };
    const answer = explainError(error, `Cannot do ${which}`, attempted);
    const hints = [
      ...(answer.notes ?? []),
      ...notFoundHint(tool, selected?.actionName ?? "", error),
    ];
    const unredacted = { ...answer, notes: [...hints, ...notes, ...tracker.notes] };
    const redacted = secrets?.redactAnswer(unredacted) ?? unredacted;
    const reason = redacted.failure?.reason ?? "";
    log("tool").debug(`${which} failed: ${redacted.title}: ${reason}`);
    return redacted;
  }
}
