/**
 * What Proxmox VE would say to requests, as far as it can be known before they are sent.
 *
 * @module
 */
import type { CurrentState } from "../effects/effect.ts";
import { type Attempt, PveError } from "../errors.ts";
import type { Check, Finding, Verdict } from "./finding.ts";
import { privileges } from "./privileges.ts";

/** Of each request. */
const OF_EACH: readonly Check[] = [privileges];
/** Of the first request alone: the others meet what it has made of the state. */
const OF_FIRST: readonly Check[] = [];

const ORDER: readonly Verdict[] = ["stops it", "warns", "fine"];

/** What a check finds; what it may not see is a finding as well. */
async function find(check: Check, request: Attempt, state: CurrentState): Promise<Finding[]> {
  try {
    return [...await check(request, state)];
  } catch (error) {
    if (!(error instanceof PveError)) throw error;
    return [{
      verdict: "warns",
      what: `Not everything could be looked at: ${error.message}`,
      from: error.attempt.operation,
    }];
  }
}

/** All that is found, what stops the requests first. */
export async function findingsOf(
  requests: readonly Attempt[],
  state: CurrentState,
): Promise<readonly Finding[]> {
  const found = await Promise.all(
    requests.flatMap((request, index) =>
      [...OF_EACH, ...(index === 0 ? OF_FIRST : [])].map((check) => find(check, request, state))
    ),
  );
  const once = new Map(found.flat().map((finding) => [JSON.stringify(finding), finding]));
  return [...once.values()].toSorted((one, other) =>
    ORDER.indexOf(one.verdict) - ORDER.indexOf(other.verdict)
  );
}
