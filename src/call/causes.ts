/**
 * What is known of a change besides what Proxmox VE answers: what stops it for certain is told
 * before anything is sent, what warns of it with its answer, what explains a failure with that.
 *
 * @module
 */
import { hintForMessages } from "../answer/hints/messages.ts";
import { log } from "../base/process/log.ts";
import { errorMessage } from "../base/text/error_message.ts";
import { beforehand, causesNow, findingState } from "../guard/findings_now.ts";
import type { FreshState } from "../guard/fresh_state.ts";
import type { Finding } from "../pve/findings/finding.ts";
import { PveError } from "../pve/errors.ts";
import { ToolError } from "../tool/answer.ts";
import type { PlannedRequest } from "../tool/planned_request.ts";
import { callLabel } from "./respond.ts";
import { lockMessage } from "./lock_retry.ts";
import type { RunningCall } from "./make_context.ts";
import { taskOf } from "./failure.ts";

/** Findings that are told with a failure; what is found first weighs most. */
const MOST_CAUSES = 5;

function stateFor(
  { services, tracker }: RunningCall,
  requests: readonly PlannedRequest[],
): FreshState {
  return findingState(services, requests, tracker.options);
}

/**
 * Looks before anything is sent.
 *
 * @throws {ToolError} When it is certain that Proxmox VE refuses it.
 */
export async function refuseImpossible(
  call: RunningCall,
  requests: readonly PlannedRequest[],
): Promise<void> {
  const { stops, warnings } = await beforehand(requests, stateFor(call, requests));
  if (stops.length > 0) {
    const problems = stops.map(({ what }) => what);
    const hint = hintForMessages(problems);
    throw new ToolError(`Cannot do ${callLabel(call.registered.tool, call.parsed.actionName)}`, {
      reason: problems.join(". "),
      problems,
      fault: "invalid",
      notes: [...(hint === undefined ? [] : [hint]), "Nothing was sent to Proxmox VE"],
    });
  }
  call.notes.push(...warnings.map(({ what }) => `Warning: ${what}`));
}

/** True for a change that Proxmox VE has judged, in its answer or in the task that it started. */
function isJudged(error: unknown): boolean {
  if (lockMessage(error) !== undefined) return false;
  if (error instanceof PveError) {
    return error.attempt.operation.startsWith("GET ") === false &&
      [400, 404, 500].includes(error.status);
  }
  return error instanceof ToolError && error.details.answer?.task?.state === "failed";
}

/**
 * Whether it failed with the first of its requests: the others met what that one has made. Where
 * there is but one, a task that came after its own did its work, by HA.
 */
function failedFirst(
  { tracker }: RunningCall,
  requests: readonly PlannedRequest[],
  error: unknown,
): boolean {
  return requests.length === 1 || tracker.changesBefore(taskOf(error)).length === 0;
}

/** Notes what stands against a change that has failed. */
export async function noteCauses(
  call: RunningCall,
  requests: readonly PlannedRequest[],
  error: unknown,
): Promise<void> {
  const [request] = requests;
  if (request && isJudged(error) && failedFirst(call, requests, error)) {
    call.notes.push(...await causesOf(call, request));
  }
}

/** It never fails: the error is the news. */
async function causesOf(call: RunningCall, request: PlannedRequest): Promise<string[]> {
  let found: readonly Finding[];
  try {
    found = await causesNow(request, stateFor(call, [request]));
  } catch (error) {
    log("call").debug(`No causes: ${errorMessage(error)}`);
    return [];
  }
  return [...new Set(found.map(({ what }) => `It may be why: ${what}`))].slice(0, MOST_CAUSES);
}
