/**
 * From what a request and its task gave to an answer: the title, the page of a list, the object,
 * and what is true when looking again.
 *
 * @module
 */
import { EndingError } from "../ending.ts";
import { messageOf } from "../message_of.ts";
import { type Operation, operationFact } from "../pve/api.ts";
import { PveTimeoutError } from "../pve/client.ts";
import type { Args } from "../pve/encode.ts";
import { PveError } from "../pve/errors.ts";
import { nameOf } from "../pve/guests.ts";
import { TransportError } from "../pve/transport.ts";
import { parseUpid } from "../pve/upid.ts";
import type { Accepted } from "./accept.ts";
import { type Answer, type Row, ToolError } from "./answer.ts";
import type { CallContext } from "./context.ts";
import { type Action, type End, isSingle, type Outcome, type ToolDefinition } from "./define.ts";
import { wasRefused } from "./explain.ts";
import { pageOf, sortRows } from "./list.ts";
import { maskSecrets } from "./mask.ts";
import { type Found, targetOf } from "./target.ts";
import { taskWords } from "./task_words.ts";
import { unhurried } from "./unhurried.ts";
import { lessonOfWords } from "./word_lessons.ts";

/** Seconds that a slow request may take. */
const SLOW_SECONDS = 600;

/** The call as errors name it: `proxmox_guest_snapshot create`. */
export function callWords(tool: ToolDefinition, actionName: string): string {
  return isSingle(tool) ? tool.name : `${tool.name} ${actionName}`;
}

/** `web01 (100)`, a node, or nothing. */
function targetWords(found: Found): string {
  if (found.guest) return nameOf(found.guest);
  return found.node ?? "";
}

/** A sentence with its `{placeholders}` filled in; a `[part]` stays only when all of its are. */
export function fill(template: string, args: Args, found: Found): string {
  const known: Record<string, unknown> = { ...args, guest: targetWords(found), node: found.node };
  const place = /\{([\w-]+)\}/g;
  const whole = template.replace(/\[([^\]]*)\]/g, (_, part: string) => {
    const missing = [...part.matchAll(place)].some(([, name = ""]) => known[name] === undefined);
    return missing ? "" : part;
  });
  return whole.replace(place, (_, name: string) => String(known[name] ?? ""));
}

/** What an answer is made of besides PVE's data. */
export interface Performed {
  readonly tool: ToolDefinition;
  readonly accepted: Accepted;
  readonly found: Found;
  readonly operation: Operation;
  /** The arguments as `prepare` left them. */
  readonly args: Args;
}

function titleOf({ tool, accepted, found, args }: Performed): string {
  const { action, actionName } = accepted;
  if (action.done) return fill(action.done, args, found);
  // Whichever node was asked: it spoke for the cluster.
  const target = targetOf(tool, action) === "anyNode" ? "" : targetWords(found);
  const of = target === "" ? "" : ` of ${target}`;
  if (action.kind === "read") return `${tool.title}${of}`;
  return `${tool.title}: ${actionName === "default" ? "done" : `${actionName} done`}${
    target === "" ? "" : ` (${target})`
  }`;
}

/** What is true now, as far as the action looks; that it could not be read is a note. */
async function lookAgain(
  context: CallContext,
  { accepted: { action }, args }: Performed,
  end: End,
): Promise<Outcome> {
  if (!action.outcome) return {};
  try {
    return await action.outcome(context, args, end);
  } catch (error) {
    if (!(error instanceof EndingError)) context.signal.throwIfAborted();
    const reason = messageOf(error);
    return { notes: [`What came of it could not be read: ${reason}`] };
  }
}

/** True when PVE may have done something all the same. */
function mayHaveActed(error: unknown): boolean {
  return error instanceof PveTimeoutError ||
    (error instanceof TransportError && error.details.maybeSent) ||
    (error instanceof PveError && !wasRefused(error));
}

/** Sends the request of an action, follows its task, and answers what came of it. */
export async function performRequest(
  context: CallContext,
  performed: Performed,
  request: Args,
): Promise<Answer> {
  const { operation, accepted: { action } } = performed;
  try {
    const { data, changes } = action.slow
      ? await unhurried(
        context,
        titleOf(performed),
        () => context.request(operation, request, { timeoutSeconds: SLOW_SECONDS }),
      )
      : await context.request(operation, request);
    const upid = operationFact(operation).task ? parseUpid(data) : undefined;
    if (upid) return await taskAnswer(context, performed, upid.upid);
    const answer = await dataAnswer(context, performed, data);
    if (changes === undefined) return answer;
    const staged = { label: "Staged, not yet applied", text: changes };
    return { ...answer, texts: [...(answer.texts ?? []), staged] };
  } catch (error) {
    if (action.kind !== "read" && mayHaveActed(error)) {
      const reason = messageOf(error);
      const { notes = [] } = await lookAgain(context, performed, { state: "failed", reason });
      context.notes.push(...notes);
    }
    throw error;
  }
}

async function taskAnswer(
  context: CallContext,
  performed: Performed,
  upid: string,
): Promise<Answer> {
  return await followedAnswer(
    context,
    upid,
    titleOf(performed),
    (end) => lookAgain(context, performed, end),
  );
}

/** Waits for a task and answers how it ended; a failed one is an error. */
export async function followedAnswer(
  context: CallContext,
  upid: string,
  title: string,
  look: (end: End) => Promise<Outcome> = () => Promise.resolve({}),
): Promise<Answer> {
  const task = await context.follow(upid);
  if (task.state === "failed") {
    const reason = task.exitstatus ?? "unknown";
    const { object, notes = [] } = await look({ state: "failed", reason, task });
    const lesson = lessonOfWords([reason]);
    throw new ToolError(`Task ${task.type} failed`, {
      reason,
      answer: { task, ...(object ? { object } : {}) },
      notes: [...(lesson === undefined ? [] : [lesson]), ...notes],
    });
  }
  const running = task.state === "running";
  const outcome = await look({ state: running ? "running" : "done", task });
  const next = `proxmox_node_task action=wait upid=${upid} waits for its end; action=stop ends it`;
  return {
    title: outcome.title ??
      (running ? `${taskWords(task, context.guest)} has started and goes on` : title),
    task,
    ...(outcome.object ? { object: outcome.object } : {}),
    notes: [...(outcome.notes ?? []), ...(running ? [next] : [])],
  };
}

async function dataAnswer(
  context: CallContext,
  performed: Performed,
  data: unknown,
): Promise<Answer> {
  const { operation, args, accepted: { action, view } } = performed;
  const shaped = action.shape ? action.shape(data, args, context) : data;
  // Before a filter looks at it: what is not shown cannot be guessed by asking for it either.
  const masked = maskSecrets(shaped, [operation], action.reveals);
  const outcome = await lookAgain(context, performed, { state: "done" });
  const title = outcome.title ?? titleOf(performed);
  const rest = outcome.notes ? { notes: outcome.notes } : {};
  if (Array.isArray(masked)) {
    const before = Array.isArray(data) ? data.length : masked.length;
    return { ...listAnswer(masked, action, view, title, before), ...rest };
  }
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

/**
 * A list of rows, or of plain values.
 *
 * @param before Rows there were before the tool itself chose among them.
 */
export function listAnswer(
  data: readonly unknown[],
  action: Pick<Action, "columns">,
  view: Accepted["view"],
  title: string,
  before = data.length,
): Answer {
  const rows = data.map((each) =>
    (typeof each === "object" && each !== null ? each : { value: each }) as Row
  );
  const sorted = sortRows(rows, action.columns?.[0]);
  const list = pageOf(sorted, view, action.columns, before);
  return { title: `${title}: ${list.total}`, list };
}
