/**
 * What stands between an elevated call and the cluster: protection, confirmation, the audit log.
 *
 * @module
 */
import { TaskUnreadError } from "../pve/tasks.ts";
import { type Answer, ToolError } from "../tool/answer.ts";
import type { CallInput } from "../tool/context.ts";
import { confirmAction, type PendingAction } from "./confirm.ts";
import { refuseKnownImpacts, refuseProtected } from "./protection.ts";
import type { AuditEntry, Services } from "../tool/services.ts";

function targetLabel({ guest, node }: PendingAction): string {
  return guest ? `${guest.vmid} ${guest.name} on ${guest.node}` : node ?? "";
}

function entryOf(deed: PendingAction, phase: AuditEntry["phase"]): AuditEntry {
  return {
    phase,
    tool: deed.tool,
    action: deed.action,
    target: targetLabel(deed),
    parameters: deed.redactedArgs,
  };
}

function resultOf(answer: Answer): Pick<AuditEntry, "result" | "upid"> {
  const upid = answer.task ? { upid: answer.task.upid } : {};
  return { result: answer.task?.state === "running" ? "running" : "ok", ...upid };
}

function failureOf(error: unknown): Pick<AuditEntry, "result" | "reason" | "upid"> {
  if (error instanceof TaskUnreadError) {
    return { result: "running", reason: error.message, upid: error.task.upid };
  }
  if (!(error instanceof ToolError)) return { result: "failed", reason: String(error) };
  const { denied, reason, answer } = error.details;
  return {
    result: denied ? "refused" : "failed",
    reason: `${error.message}: ${reason}`,
    ...(answer?.task ? { upid: answer.task.upid } : {}),
  };
}

/**
 * Does an elevated deed: refuses what is protected, asks where something is lost, writes it down
 * before and after.
 *
 * @throws {ToolError} When it is refused, or cannot be written down before.
 */
export async function guardAction(
  services: Services,
  deed: PendingAction,
  input: CallInput,
  notes: string[],
  work: () => Promise<Answer>,
): Promise<Answer> {
  const { audit } = services;
  audit?.write(entryOf(deed, "before"));
  const writeEnd = (end: Pick<AuditEntry, "result" | "reason" | "upid">): void => {
    try {
      const reason = end.reason === undefined ? {} : { reason: deed.redact(end.reason) };
      audit?.write({ ...entryOf(deed, "after"), ...end, ...reason });
    } catch {
      notes.push("The end of this call could not be written to the audit log");
    }
  };
  try {
    await refuseKnownImpacts(services, deed, input.signal);
    if (deed.kind === "destroy") {
      await refuseProtected(services, deed, input.signal);
      await confirmAction(services, deed, input);
    }
    const answer = await work();
    writeEnd(resultOf(answer));
    return answer;
  } catch (error) {
    writeEnd(failureOf(error));
    throw error;
  } finally {
    services.guests.forget();
  }
}
