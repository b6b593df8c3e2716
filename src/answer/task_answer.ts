/**
 * The answer to what started a task: how it ended, or that it goes on.
 *
 * @module
 */
import { defined } from "../base/defined.ts";
import { errorMessage } from "../base/text/error_message.ts";
import type { Args } from "../pve/encode.ts";
import type { TaskResult } from "../pve/tasks.ts";
import { type Answer, ToolError } from "../tool/answer.ts";
import type { ReadContext } from "../tool/context.ts";
import type { CallResult, Outcome } from "../tool/define.ts";
import { END_UNTOLD, hintForMessages } from "./hints/messages.ts";
import { taskTitle } from "./task_title.ts";

/** The call that lists the tasks which a request may have started. */
export function taskListCall({ node, vmid }: Args): string {
  const given = Object.entries(defined({ node, vmid })).map((pair) => pair.join("="));
  return ["proxmox_node_task action=list", ...given].join(" ");
}

/** What is seen when looking again; that it cannot be seen takes nothing from what is known. */
export async function lookAgain(look: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await look();
  } catch (error) {
    return { notes: [`What came of it could not be read: ${errorMessage(error)}`] };
  }
}

/** How a task ended, as far as that is known. */
export function endOfTask(task: TaskResult): CallResult {
  const { state, exitstatus = "unknown" } = task;
  if (state === "failed") return { state, reason: exitstatus, task };
  return { state: state === "running" ? "running" : "done", task };
}

/**
 * The answer to what started a task, from how it ended and what was found then.
 *
 * @throws {ToolError} When it failed.
 */
export function answerOfEnd(
  { guest }: Pick<ReadContext, "guest">,
  asked: TaskResult,
  title: string,
  { title: found, object, notes = [], task: later }: Outcome,
): Answer {
  // What went well was done by the task that was asked for.
  const task = later && later.state !== "ok" ? later : asked;
  const { state, reason = "" } = endOfTask(task);
  if (state === "failed") {
    // "migration aborted", "job errors": then the cause stands in the log.
    const hint = hintForMessages([reason]) ?? hintForMessages(task.log);
    const end = END_UNTOLD.test(reason) ? "ended, and does not tell how" : "failed";
    throw new ToolError(`Task ${task.type} ${end}`, {
      reason,
      answer: { task, ...defined({ object }) },
      notes: [...(hint === undefined ? [] : [hint]), ...notes],
    });
  }
  const running = state === "running";
  const next =
    `proxmox_node_task action=wait upid=${task.upid} waits for its end; action=stop ends it`;
  return {
    title: found ??
      (running
        ? `${taskTitle(task, guest)} has started and goes on`
        : `${title}${task.state === "warnings" ? ", with warnings" : ""}`),
    task,
    ...defined({ object }),
    notes: [...notes, ...(running ? [next] : [])],
  };
}

/** Waits for a task and answers how it ended; a failed one is an error. */
export async function answerOfTask(
  context: ReadContext,
  upid: string,
  title: string,
  look: (end: CallResult) => Promise<Outcome> = () => Promise.resolve({}),
): Promise<Answer> {
  const task = await context.waitForTask(upid);
  return answerOfEnd(context, task, title, await lookAgain(() => look(endOfTask(task))));
}

/** What the log of a task that went well says, where that is what came of it. */
export function logOutcome(_context: unknown, _args: unknown, { task }: CallResult): Outcome {
  return task?.state === "ok" ? { notes: task.log } : {};
}

/** What Proxmox VE's own dry run has to say: its task goes well, and has changed nothing. */
export function ownDryRun(request: string, { task }: CallResult): Outcome {
  const lines = task ? [...task.log, `proxmox_node_task action=log upid=${task.upid} has all`] : [];
  return { title: `Nothing was changed: Proxmox VE's own dry run of ${request}`, notes: lines };
}
