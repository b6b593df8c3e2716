/**
 * Performs the request of a call, and makes its answer of what the request and its task gave: the
 * title, the page of a list, the object, and what is true when looking again.
 *
 * @module
 */
import { defined } from "../base/defined.ts";
import { parseBoolean } from "../base/text/boolean.ts";
import { errorMessage } from "../base/text/error_message.ts";
import { type Operation, pathParams } from "../pve/api.ts";
import type { PveAnswer } from "../pve/client.ts";
import type { Args } from "../pve/encode.ts";
import { NotPveError, PveError, PveTimeoutError } from "../pve/errors.ts";
import { dueEvidence } from "../pve/evidence.ts";
import { nameOf } from "../pve/guests.ts";
import { requestWords } from "../pve/request_words.ts";
import { TransportError } from "../pve/transport/transport.ts";
import { parseUpid } from "../pve/upid.ts";
import type { ParsedCall } from "./parse.ts";
import { type Answer, ToolError } from "../tool/answer.ts";
import type { CallContext, ReadContext } from "../tool/context.ts";
import { type CallResult, isSingle, type Outcome, type ToolDefinition } from "../tool/define.ts";
import type { PlannedRequest } from "../tool/planned_request.ts";
import { wasRefused } from "../answer/hints/explain_error.ts";
import { imageOf } from "../answer/image.ts";
import { listAnswer } from "../answer/list.ts";
import { FieldMask } from "../answer/mask.ts";
import { resultOutcome } from "../answer/result.ts";
import { type ResolvedTarget } from "./resolve.ts";
import { type Rewrite, rewriteNotes } from "./rewrites.ts";
import {
  answerOfEnd,
  endOfTask,
  lookAgain,
  ownDryRun,
  taskListCall,
} from "../answer/task_answer.ts";
import { withoutTimeLimit } from "../answer/without_time_limit.ts";
import { targetOf } from "../tool/target.ts";

/** Seconds that a slow request may take. */
const SLOW_SECONDS = 600;

/** The call as errors name it: `proxmox_guest_snapshot create`. */
export function callLabel(tool: ToolDefinition, actionName: string): string {
  return isSingle(tool) ? tool.name : `${tool.name} ${actionName}`;
}

/** `web01 (100)`, a node, or nothing. */
function targetLabel(target: ResolvedTarget): string {
  if (target.guest) return nameOf(target.guest);
  return target.node ?? "";
}

/** A sentence with its `{placeholders}` filled in; a `[part]` stays only when all of its are. */
export function fillTemplate(template: string, args: Args, target: ResolvedTarget): string {
  const guest = targetLabel(target) || undefined;
  const known: Record<string, unknown> = { ...args, guest, node: target.node };
  const place = /\{([\w-]+)\}/g;
  const text = template.replace(/\[([^[\]]*)\]/g, (_, part: string) => {
    const missing = [...part.matchAll(place)].some(([, name = ""]) => known[name] === undefined);
    return missing ? "" : part;
  });
  return text.replace(place, (_, name: string) => String(known[name] ?? ""));
}

/** A request as it is sent, and what its answer is made of besides PVE's data. */
export interface PreparedCall {
  readonly tool: ToolDefinition;
  readonly parsed: ParsedCall;
  readonly target: ResolvedTarget;
  readonly operation: Operation;
  /** The arguments as `prepare` left them. */
  readonly args: Args;
  /** The arguments as PVE gets them. */
  readonly request: Args;
}

function titleOf({ tool, parsed, target, args }: PreparedCall): string {
  const { action, actionName } = parsed;
  if (action.successMessage) return fillTemplate(action.successMessage, args, target);
  // Whichever node was asked: it spoke for the cluster.
  const label = targetOf(tool, action) === "anyNode" ? "" : targetLabel(target);
  const of = label === "" ? "" : ` of ${label}`;
  if (action.kind === "read") return `${tool.title}${of}`;
  return `${tool.title}: ${actionName === "default" ? "done" : `${actionName} done`}${
    label === "" ? "" : ` (${label})`
  }`;
}

/** True when PVE may have done something all the same. */
function mayHaveActed(error: unknown): boolean {
  return error instanceof PveTimeoutError ||
    (error instanceof TransportError && error.details.maybeSent) ||
    (error instanceof PveError && !wasRefused(error));
}

/** True when nobody knows whether PVE has begun with it. */
function mayHaveBegun(error: unknown): boolean {
  if (error instanceof PveError) return error.status > 501 && !wasRefused(error);
  if (error instanceof PveTimeoutError) return error.maybeSent;
  return error instanceof NotPveError || mayHaveActed(error);
}

/** Sends the request of an action. */
export async function send(context: CallContext, prepared: PreparedCall): Promise<PveAnswer> {
  const { operation, request, parsed: { action } } = prepared;
  try {
    return action.slow
      ? await withoutTimeLimit(
        context,
        titleOf(prepared),
        () => context.request(operation, request, { timeoutSeconds: SLOW_SECONDS }),
      )
      : await context.request(operation, request);
  } catch (error) {
    if (action.kind !== "read" && mayHaveBegun(error) && dueEvidence(operation) === "task") {
      context.notes.push(`${taskListCall(request)} shows whether its task has begun`);
    }
    if (action.kind !== "read" && mayHaveActed(error)) {
      const reason = errorMessage(error);
      const { notes = [] } = await look(context, prepared, { state: "failed", reason });
      context.notes.push(...notes);
    }
    throw error;
  }
}

/** Waits for the task that the operation has started, if it has. */
export async function wait(
  context: ReadContext,
  operation: Operation,
  data: unknown,
): Promise<CallResult> {
  const upid = dueEvidence(operation) === "task" ? parseUpid(data)?.upid : undefined;
  return upid === undefined ? { state: "done" } : endOfTask(await context.waitForTask(upid));
}

/**
 * Sends a request that must be done before another, and waits for its task.
 *
 * @throws {ToolError} When it has not come to a good end.
 */
export async function sendFirst(
  context: CallContext,
  { operation, args }: PlannedRequest,
): Promise<void> {
  const { data } = await context.request(operation, args);
  const { state, reason, task } = await wait(context, operation, data);
  if (state === "done") return;
  throw new ToolError(`${operation} ${state === "failed" ? "failed" : "goes on"}`, {
    reason: reason ?? "There was no time left to wait for its end",
    notes: ["What was to come after it was not sent"],
    ...defined({ answer: task && { task } }),
  });
}

/** `PUT /nodes/pve1/qemu/100/resize disk=scsi0 size=64G` */
function wordsOf({ operation, args }: PlannedRequest): string {
  const inPath = pathParams(operation);
  const others = Object.entries(args).filter(([name]) => !inPath.includes(name));
  return [requestWords(operation, args), ...others.map((pair) => pair.join("="))].join(" ");
}

/**
 * Sends what is to be done after a request that came to a good end.
 *
 * @throws {ToolError} When one of them has not.
 */
export async function sendAfter(
  context: CallContext,
  { action, args }: ParsedCall,
  { state }: CallResult,
): Promise<void> {
  if (state === "failed" || !action.after) return;
  const requests = await action.after(context, args);
  if (state === "done") {
    for (const request of requests) await sendFirst(context, request);
  } else if (requests.length > 0) {
    context.notes.push(`Not sent, as it still goes on: ${requests.map(wordsOf).join("; ")}`);
  }
}

/**
 * What is true now, and what property strings have lost by being written anew.
 *
 * @param data What Proxmox VE answered, where it did.
 */
export async function look(
  context: ReadContext,
  prepared: PreparedCall,
  end: CallResult,
  { data, rewrite }: { readonly data?: unknown; readonly rewrite?: Rewrite | undefined } = {},
): Promise<Outcome> {
  const seen = await outcomeOf(context, prepared, end);
  const outcome = end.state === "done" && seen.object === undefined
    ? merged(seen, await madeBy(context, prepared, data))
    : seen;
  if (!rewrite || end.state === "failed") return outcome;
  const { notes: lost = [] } = await lookAgain(async () => ({
    notes: await rewriteNotes(context, rewrite, prepared.tool.name, end.state === "done"),
  }));
  return lost.length === 0 ? outcome : { ...outcome, notes: [...outcome.notes ?? [], ...lost] };
}

/** What the request made, where the action itself has not looked at it. */
function madeBy(
  context: ReadContext,
  { operation, request }: PreparedCall,
  data: unknown,
): Promise<Outcome> {
  return lookAgain(() => resultOutcome(context, operation, request, data));
}

function merged(one: Outcome, other: Outcome): Outcome {
  const notes = [...one.notes ?? [], ...other.notes ?? []];
  return { ...other, ...one, ...(notes.length > 0 ? { notes } : {}) };
}

/** What the action finds when it looks, where there is something to see. */
async function outcomeOf(
  context: ReadContext,
  { tool, parsed: { action }, target, operation, args, request }: PreparedCall,
  end: CallResult,
): Promise<Outcome> {
  if (end.state === "done" && parseBoolean(String(request["dry-run"]))) {
    return ownDryRun(requestWords(operation, request), end);
  }
  if (end.state === "done" && dueEvidence(operation) === "hidden task") {
    const { node, guest } = target;
    return {
      title: `${tool.title} of ${targetLabel(target)} was accepted, and goes on in the background`,
      notes: [`${taskListCall({ node, vmid: guest?.vmid })} shows its task`],
    };
  }
  return await lookAgain(async () => await action.outcome?.(context, args, end) ?? {});
}

/**
 * What came of a request.
 *
 * @throws {ToolError} When its task failed.
 */
export async function answer(
  context: ReadContext,
  prepared: PreparedCall,
  { data, changes }: PveAnswer,
  { task }: CallResult,
  outcome: Outcome,
): Promise<Answer> {
  if (task) return answerOfEnd(context, task, titleOf(prepared), outcome);
  const found = await dataAnswer(context, prepared, data, outcome);
  if (changes === undefined) return found;
  const staged = { label: "Staged, not yet applied", text: changes };
  return { ...found, texts: [...(found.texts ?? []), staged] };
}

async function dataAnswer(
  context: ReadContext,
  prepared: PreparedCall,
  data: unknown,
  outcome: Outcome,
): Promise<Answer> {
  const { operation, args, parsed: { action, options } } = prepared;
  const picture = imageOf(data);
  if (picture) {
    const rest = await dataAnswer(context, prepared, picture.rest, outcome);
    return { ...rest, image: picture.image };
  }
  const shaped = action.shape ? await action.shape(data, args, context) : data;
  const mask = new FieldMask([operation], action.unmaskedFields);
  const title = outcome.title ?? titleOf(prepared);
  const rest = defined({ notes: outcome.notes, task: outcome.task });
  if (Array.isArray(shaped)) {
    const before = Array.isArray(data) ? data.length : shaped.length;
    const spec = { ...defined({ columns: action.columns }), before, mask };
    return { ...listAnswer(shaped, spec, options, title), ...rest };
  }
  const masked = mask.mask(shaped);
  const object = objectOf(masked);
  if (object || outcome.object) return { title, object: { ...object, ...outcome.object }, ...rest };
  if (typeof masked !== "string" || masked === "") return { title, ...rest };
  return { title, texts: [{ label: "Text", text: masked }], ...rest };
}

/** Data that reads as key and value. */
function objectOf(data: unknown): Readonly<Record<string, unknown>> | undefined {
  if (data === null || data === undefined || data === "") return undefined;
  if (typeof data === "object") return data as Readonly<Record<string, unknown>>;
  return typeof data === "string" && data.includes("\n") ? undefined : { result: data };
}
