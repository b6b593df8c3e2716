/**
 * The one path of every call: read the arguments → permit → find the target → request → wait →
 * render.
 *
 * @module
 */
import { log } from "../log.ts";
import { type Operation, operationFact } from "../pve/api.ts";
import type { Args } from "../pve/encode.ts";
import { parseUpid } from "../pve/upid.ts";
import { acceptArguments, type Accepted } from "./accept.ts";
import { type Answer, type Row, ToolError } from "./answer.ts";
import type { CallContext, CallInput, Services } from "./context.ts";
import type { Action, ToolDefinition } from "./define.ts";
import { isSingle } from "./define.ts";
import { explain } from "./explain.ts";
import { pageOf, sortRows } from "./list.ts";
import { maskSecrets } from "./mask.ts";
import { allFacts, chooseOperation } from "./operation.ts";
import { refusesTokens } from "./permission_words.ts";
import { type RegisteredTool, tierOf } from "./registry.ts";
import { requestArgs } from "./request_args.ts";
import { render, type Rendered } from "./render.ts";
import { findTarget, type Found } from "./target.ts";

/** Refuses what the tier does not allow, or what no API token may do. */
function permit(services: Services, { category, tool }: RegisteredTool, accepted: Accepted): void {
  const { action } = accepted;
  const which = callWords(tool, accepted.actionName);
  const elevated = tierOf(category, action) === "elevated";
  if (elevated && services.config.READ_ONLY) {
    throw new ToolError(`${which} changes something, and this server only reads`, {
      denied: true,
      reason: "PROXMOX_READ_ONLY=true is set in its environment",
      notes: ["Nothing was done"],
    });
  }
  if (elevated && !services.config.ALLOW_ELEVATED) {
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

function callWords(tool: ToolDefinition, actionName: string): string {
  return isSingle(tool) ? tool.name : `${tool.name} ${actionName}`;
}

/** `web01 (100)`, a node, or nothing. */
function targetWords(found: Found): string {
  if (found.guest) return `${found.guest.name} (${found.guest.vmid})`;
  return found.node ?? "";
}

function fill(template: string, args: Args, found: Found): string {
  const known: Record<string, unknown> = { ...args, guest: targetWords(found), node: found.node };
  return template.replace(/\{([\w-]+)\}/g, (_, name: string) => String(known[name] ?? ""));
}

function titleOf(
  tool: ToolDefinition,
  accepted: Accepted,
  found: Found,
): string {
  const { action, actionName, args } = accepted;
  if (action.done) return fill(action.done, args, found);
  const target = targetWords(found);
  const of = target === "" ? "" : ` of ${target}`;
  if (action.kind === "read") return `${tool.title}${of}`;
  return `${tool.title}: ${actionName === "default" ? "done" : `${actionName} done`}${
    target === "" ? "" : ` (${target})`
  }`;
}

/** Answers built from the data of one request. */
async function answerOf(
  context: CallContext,
  accepted: Accepted,
  operation: Operation,
  data: unknown,
  title: string,
): Promise<Answer> {
  const { action, view } = accepted;
  const upid = operationFact(operation).task ? parseUpid(data) : undefined;
  if (upid) return await followedAnswer(context, upid.upid, title);
  const masked = maskSecrets(data, operation, action.reveals);
  if (Array.isArray(masked)) return listAnswer(masked, action, view, title);
  if (typeof masked === "object" && masked !== null) {
    return { title, object: masked as Readonly<Record<string, unknown>> };
  }
  if (masked === null || masked === undefined || masked === "") return { title };
  return typeof masked === "string" && masked.includes("\n")
    ? { title, texts: [{ label: "Text", text: masked }] }
    : { title, object: { result: masked } };
}

/** Waits for a task and answers how it ended; a failed one is an error. */
export async function followedAnswer(
  context: CallContext,
  upid: string,
  title: string,
): Promise<Answer> {
  const task = await context.follow(upid);
  if (task.state === "failed") {
    throw new ToolError(`Task ${task.type} failed`, {
      reason: task.exitstatus ?? "unknown",
      answer: { task },
    });
  }
  if (task.state !== "running") return { title, task };
  return {
    title: `Started, not yet done: ${title}`,
    task,
    notes: [`proxmox_node_task action=wait upid=${upid} waits for its end; action=stop ends it`],
  };
}

/** A list of rows, or of plain values. */
export function listAnswer(
  data: readonly unknown[],
  action: Pick<Action, "columns">,
  view: Accepted["view"],
  title: string,
): Answer {
  const rows = data.map((each) =>
    (typeof each === "object" && each !== null ? each : { value: each }) as Row
  );
  const sorted = sortRows(rows, action.columns?.[0]);
  const list = pageOf(sorted, view, action.columns);
  return { title: `${title}: ${list.total}`, list };
}

async function callOperation(
  context: CallContext,
  accepted: Accepted,
  tool: ToolDefinition,
  found: Found,
): Promise<Answer> {
  const { action } = accepted;
  const args = action.prepare ? await action.prepare(accepted.args, context) : accepted.args;
  const operation = chooseOperation(action, found.guest?.type ?? "qemu", args);
  const sent = requestArgs(tool, action, operation, args, found);
  const { data } = await context.request(operation, sent);
  const shaped = action.shape ? action.shape(data, args) : data;
  return await answerOf(context, accepted, operation, shaped, titleOf(tool, accepted, found));
}

function makeContext(
  services: Services,
  accepted: Accepted,
  found: Found,
  input: CallInput,
): CallContext {
  const wait = accepted.view.wait ?? services.config.TASK_WAIT;
  let delayed = 0;
  const notes = [...accepted.notes, ...found.notes];
  const { signal, progress } = input;
  return {
    ...services,
    ...input,
    ...(found.guest ? { guest: found.guest } : {}),
    ...(found.node === undefined ? {} : { node: found.node }),
    view: accepted.view,
    wait,
    notes,
    request: (operation, args) =>
      services.pve.request(operation, args, {
        signal,
        onDelay: (ms) => {
          if (delayed === 0) notes.push("PROXMOX_RATE_LIMIT delayed this call");
          delayed += ms;
        },
      }),
    follow: (upid) =>
      services.tasks.wait(upid, {
        seconds: wait,
        signal,
        ...(progress ? { onProgress: progress } : {}),
      }),
  };
}

async function perform(
  services: Services,
  registered: RegisteredTool,
  accepted: Accepted,
  input: CallInput,
): Promise<Answer> {
  const { tool } = registered;
  const { action } = accepted;
  permit(services, registered, accepted);
  const found = await findTarget(
    services,
    tool,
    action,
    accepted.target,
    accepted.args,
    input.signal,
  );
  const context = makeContext(services, accepted, found, input);
  const answer = action.run
    ? await action.run(context, accepted.args)
    : await callOperation(context, accepted, tool, found);
  if (action.kind !== "read") services.guests.forget();
  const notes = [
    ...(answer.notes ?? []),
    ...context.notes,
    ...(action.note ? [fill(action.note, accepted.args, found)] : []),
  ];
  return { ...answer, notes };
}

/** Calls a tool; every failure is an answer that says what happened. */
export async function runTool(
  services: Services,
  registered: RegisteredTool,
  raw: unknown,
  input: CallInput,
): Promise<Rendered> {
  const { tool } = registered;
  let which: string = tool.name;
  try {
    const accepted = acceptArguments(tool, raw);
    which = callWords(tool, accepted.actionName);
    return render(await perform(services, registered, accepted, input));
  } catch (error) {
    log("tool").debug(`${which} failed: ${error instanceof Error ? error.message : String(error)}`);
    return render(explain(error, `Cannot do ${which}`));
  }
}
