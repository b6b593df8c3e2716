/**
 * What Proxmox VE would say to requests as they are about to be sent: for a dry run, and for who is
 * asked.
 *
 * @module
 */
import { once } from "../base/async/once.ts";
import type { CurrentState } from "../pve/effects/effect.ts";
import type { Finding } from "../pve/findings/finding.ts";
import type { PlannedRequest } from "../tool/planned_request.ts";
import type { Services } from "../tool/services.ts";
import { FreshState, type JudgementOptions, throwAnswer } from "./fresh_state.ts";

const loadFindings = once(() => import("../pve/findings/findings.ts"));
const loadCertain = once(() => import("../pve/findings/certain.ts"));

/** Seconds for one read: what a node that says nothing would tell is not worth the call's time. */
const READ_SECONDS = 10;

/** Reads for findings: a node that does not answer is a finding like others. */
function reading(state: FreshState): CurrentState {
  return {
    get: (operation, args) => state.get(operation, args).catch(throwAnswer),
    guests: () => state.guests(),
  };
}

/** What findings are read from. */
export function findingState(
  services: Services,
  requests: readonly PlannedRequest[],
  options: JudgementOptions,
): FreshState {
  return new FreshState(services, requests, { ...options, timeoutSeconds: READ_SECONDS });
}

/** All that is found for and against requests, what stops them first. */
export async function findingsNow(
  requests: readonly PlannedRequest[],
  state: FreshState,
): Promise<readonly Finding[]> {
  const { findingsOf } = await loadFindings();
  return await findingsOf(requests, reading(state));
}

/** What is looked at before requests are sent. */
export interface Beforehand {
  /** What stops the first of them for certain. */
  readonly stops: readonly Finding[];
  /** What to say of those that go through. */
  readonly warnings: readonly Finding[];
}

/** What stops requests for certain, and what they are warned of. */
export async function beforehand(
  requests: readonly PlannedRequest[],
  state: FreshState,
): Promise<Beforehand> {
  const { certainFindings, warningsOf } = await loadCertain();
  const [stops, warnings] = await Promise.all([
    certainFindings(requests, reading(state)),
    warningsOf(requests, reading(state)),
  ]);
  return { stops, warnings };
}

/** What may explain that a request has failed. */
export async function causesNow(
  request: PlannedRequest,
  state: FreshState,
): Promise<readonly Finding[]> {
  const { causesOf } = await loadFindings();
  return await causesOf(request, reading(state));
}
