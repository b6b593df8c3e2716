/**
 * The one path of every call, in the order in which it stands here: arrive → select → permit →
 * parse → resolve → prepare → judge → confirm → queue → before → send → wait → look → answer. Whoever
 * called renders the answer.
 *
 * @module
 */
import { once } from "../base/async/once.ts";
import { defined } from "../base/defined.ts";
import { pollUntil } from "../base/async/backoff.ts";
import { CallBudget, CallTimeoutError } from "../base/async/call_budget.ts";
import { log } from "../base/process/log.ts";
import { describeGuest } from "../pve/guests.ts";
import { type Answer, ToolError } from "../tool/answer.ts";
import type { CallContext, CallInput } from "../tool/context.ts";
import { type RegisteredTool, tierOf } from "../tool/registry.ts";
import type { Services } from "../tool/services.ts";
import { chosen } from "../answer/chosen.ts";
import { explainError } from "../answer/hints/explain_error.ts";
import { notFoundHint } from "../answer/hints/not_found.ts";
import { CallSecrets } from "../answer/secrets.ts";
import { audited, Guard } from "../guard/guard.ts";
import { hasMovedAway, noteUnknown, taskOf } from "./failure.ts";
import { retryWhileLocked } from "./lock_retry.ts";
import { makeContext, redactedInput, type RunningCall } from "./make_context.ts";
import { parse } from "./arguments.ts";
import { pendingActionOf } from "./pending_action.ts";
import { permit } from "./permit.ts";
import { prepare, prepareOne } from "./prepare.ts";
import { RequestTracker } from "./request_tracker.ts";
import { type ResolvedTarget, resolveTarget } from "./resolve.ts";
import {
  answer,
  callLabel,
  fillTemplate,
  look,
  send,
  sendAfter,
  sendFirst,
  wait,
} from "./respond.ts";
import { rewriteBy } from "./rewrites.ts";
import { asksDryRun, selectAction, type SelectedAction } from "./select_action.ts";
import { UsedArgs } from "./used_args.ts";
import { lackingSides } from "./lacking_sides.ts";
import { whyEmpty } from "./why_empty.ts";

const loadCauses = once(() => import("./causes.ts"));
const loadDryRun = once(() => import("./dry_run.ts"));

/** Seconds after which the list of guests surely knows where one has moved to. */
const MAX_LIST_AGE_SECONDS = 12;

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
  using budget = arrive(services, input);
  const tracker = new RequestTracker(services.pve, budget, input.begins);
  try {
    selected = selectAction(tool, raw);
    secrets = new CallSecrets(selected.action, raw);
    which = callLabel(tool, selected.actionName);
    // Before the arguments are read: what may not be done is refused whatever they are.
    const isDryRun = asksDryRun(selected.action, raw);
    permit(services, registered, selected, isDryRun);
    const parsed = await parse(services, registered.tool, raw, budget, input);
    secrets.learnArguments(parsed.args);
    notes.push(...parsed.notes);
    const redacted = redactedInput(input, budget, secrets);
    const isOnlyPlanned = isDryRun || parsed.options.dry_run === true;
    const parts = { services, registered, parsed, tracker, secrets, notes };
    const done = await perform({ ...parts, isOnlyPlanned, input: redacted });
    if (secrets.knowsAny) input.redacts?.(secrets.redactAnswer.bind(secrets));
    return secrets.redactAnswer({ ...done, notes: [...(done.notes ?? []), ...tracker.notes] });
  } catch (error) {
    const begun = tracker.hasSentChange || (tracker.hasBegun && selected?.action.run !== undefined);
    const lacking = await lackingSides(services.pve, tracker.options, error);
    const attempted = selected && { kind: selected.action.kind, begun, ...defined({ lacking }) };
    const changes = selected?.action.kind === "read" ? [] : tracker.changesBefore(taskOf(error));
    const verb = changes.length > 0 ? "finish" : "do";
    const failed = explainError(error, `Cannot ${verb} ${which}`, attempted, services.config);
    const hints = [
      ...changes,
      ...(failed.notes ?? []),
      ...notFoundHint(tool, selected?.actionName ?? "", error),
    ];
    const unredacted = { ...failed, notes: [...hints, ...notes, ...tracker.notes] };
    const redacted = secrets?.redactAnswer(unredacted) ?? unredacted;
    const reason = redacted.failure?.reason ?? "";
    log("tool").debug(`${which} failed: ${redacted.title}: ${reason}`);
    return redacted;
  } finally {
    // Only now: what a call changes is behind in the list from the end of its work on.
    for (const touched of tracker.touched) services.guests.noteChange(touched);
  }
}

/** Starts the time of the call. */
function arrive({ clock, config }: Services, { signal }: CallInput): CallBudget {
  return new CallBudget(clock, signal, config.taskWait);
}

/** Does a call, once more where its guest turns out to have moved before anything was changed. */
async function perform(call: RunningCall): Promise<Answer> {
  const { services, tracker, input, notes } = call;
  const target = await resolve(call);
  try {
    return await performOn(call, target);
  } catch (error) {
    if (!hasMovedAway(error, target.guest) || tracker.hasChanged) throw error;
    const resolveAgain = (): Promise<ResolvedTarget> => {
      services.guests.forget();
      return resolve(call);
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

/** Finds what the call is about. */
function resolve(
  { services, registered: { tool }, parsed, tracker }: RunningCall,
): Promise<ResolvedTarget> {
  const { action, namedTarget, args } = parsed;
  return resolveTarget(services, tool, action, namedTarget, args, tracker.options);
}

async function performOn(call: RunningCall, target: ResolvedTarget): Promise<Answer> {
  const { services, registered: { category }, parsed, input, tracker, notes } = call;
  const { action, args } = parsed;
  const pending = pendingActionOf(call, target);
  const { options } = tracker;
  const hasChanged = (): boolean => tracker.hasChanged;
  const guard = new Guard({ services, action: pending, input, options, notes, hasChanged });
  const context = makeContext(call, target, guard);
  if (call.isOnlyPlanned) {
    const { dryRun } = await loadDryRun();
    return await dryRun({
      ...{ call, guard },
      action: pending,
      // Past the guard, which logs in: what no token may read is not read.
      context: { ...context, notes: [], request: tracker.request.bind(tracker) },
      target,
    });
  }
  // What is noted on the way is noted again when it is done.
  const planned = prepare(call, { ...context, notes: [] }, target);
  // Who does it stands in the audit log before it is done; what fails here fails again there.
  await planned.then((requests) => guard.find(requests)).catch(() => {});
  const work = async (): Promise<Answer> => {
    const requests = await planned;
    const judgement = await guard.judge(requests);
    // A read has nothing that could be known of it before.
    const causes = action.kind === "read" ? undefined : await loadCauses();
    const look = async (): Promise<void> => await causes?.refuseImpossible(call, requests);
    // What others are changing still is looked at when they are done.
    const isBusy = target.guest && services.guestLocks.isBusy(String(target.guest.vmid));
    if (!isBusy) await look();
    await guard.confirm(judgement);
    return await queue(call, context, target, isBusy ? look : undefined)
      .catch((error) => noteUnknown(context, error))
      .catch(async (error) => {
        await causes?.noteCauses(call, requests, error);
        throw error;
      });
  };
  const elevated = tierOf(category, action) === "elevated";
  const all = elevated || guard.user !== undefined
    ? await audited(services, pending, notes, guard, work)
    : await work();
  const done = chosen(all, parsed.options);
  const note = typeof action.note === "function" ? action.note(done) : action.note;
  return {
    ...done,
    notes: [
      ...(done.notes ?? []),
      ...notes,
      ...(note === undefined ? [] : [fillTemplate(note, args, target)]),
      ...(done.list ? await whyEmpty(call, done.list) : []),
    ],
  };
}

/** Does what the action says; changes to one guest wait for each other, and for passing locks. */
async function queue(
  call: RunningCall,
  context: CallContext,
  target: ResolvedTarget,
  first?: () => Promise<void>,
): Promise<Answer> {
  const { tracker, services, parsed: { action } } = call;
  const { guest } = target;
  const work = async (): Promise<Answer> => {
    await first?.();
    tracker.begin();
    await before(call, context);
    const once = (): Promise<Answer> => attempt(call, context, target);
    const repeats = guest !== undefined && action.kind !== "read" && !action.run && !action.after;
    return repeats ? await retryWhileLocked(context, guest, once) : await once();
  };
  if (action.kind === "read" || !guest) return await work();
  try {
    return await context.budget.within((signal) =>
      services.guestLocks.run(String(guest.vmid), signal, work)
    );
  } catch (error) {
    if (!(error instanceof CallTimeoutError) || tracker.hasBegun) throw error;
    throw new ToolError(`Other calls are still changing ${describeGuest(guest)}`, {
      reason: "Changes to one guest wait for each other, and the time of this call was over before",
      notes: ["Nothing was done"],
    });
  }
}

/** Does what must be done first. */
async function before(
  { parsed: { action, args } }: RunningCall,
  context: CallContext,
): Promise<void> {
  for (const request of await action.before?.(context, args) ?? []) {
    await sendFirst(context, request);
  }
}

/** Sends the request, or all that the action sends by itself, and answers what came of it. */
async function attempt(
  call: RunningCall,
  context: CallContext,
  target: ResolvedTarget,
): Promise<Answer> {
  const { action, args } = call.parsed;
  if (action.run) {
    const used = new UsedArgs(action, args);
    const done = await action.run(context, used.args);
    return { ...done, notes: [...done.notes ?? [], ...used.notes()] };
  }
  const already = await action.already?.(context, args);
  if (already) return already;
  const prepared = await prepareOne(call, context, target);
  const rewrite = await rewriteBy(context, prepared);
  const sent = await send(context, prepared);
  const end = await wait(context, prepared.operation, sent.data);
  await sendAfter(context, call.parsed, end);
  const outcome = await look(context, prepared, end, { data: sent.data, rewrite });
  return await answer(context, prepared, sent, end, outcome);
}
