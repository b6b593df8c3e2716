/**
 * The answer to what started a task: how it ended, or that it goes on.
 *
 * @module
 */
import { defined } from "../base/defined.ts";
import { type Answer, ToolError } from "../tool/answer.ts";
import type { CallContext } from "../tool/context.ts";
import type { CallResult, Outcome } from "../tool/define.ts";
import { hintForMessages } from "./hints/messages.ts";
import { taskTitle } from "./task_title.ts";

/** Waits for a task and answers how it ended; a failed one is an error. */
export async function answerOfTask(
  context: CallContext,
  upid: string,
  title: string,
  look: (end: CallResult) => Promise<Outcome> = () => Promise.resolve({}),
): Promise<Answer> {
  const task = await context.waitForTask(upid);
  if (task.state === "failed") {
    const reason = task.exitstatus ?? "unknown";
    const { object, notes = [] } = await look({ state: "failed", reason, task });
    const hint = hintForMessages([reason]);
    throw new ToolError(`Task ${task.type} failed`, {
      reason,
      answer: { task, ...defined({ object }) },
      notes: [...(hint === undefined ? [] : [hint]), ...notes],
    });
  }
  const running = task.state === "running";
  const outcome = await look({ state: running ? "running" : "done", task });
  const next = `proxmox_node_task action=wait upid=${upid} waits for its end; action=stop ends it`;
  return {
    title: outcome.title ??
      (running ? `${taskTitle(task, context.guest)} has started and goes on` : title),
    task,
    ...defined({ object: outcome.object }),
    notes: [...(outcome.notes ?? []), ...(running ? [next] : [])],
  };
}
