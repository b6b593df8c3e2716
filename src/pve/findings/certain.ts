/**
 * What is worth a read before a request is sent: what Proxmox VE itself refuses in the same way, and
 * what cannot be taken back once it is done.
 *
 * @module
 */
import type { CurrentState } from "../effects/effect.ts";
import type { Attempt } from "../errors.ts";
import { absent } from "./absent.ts";
import { type Check, type Finding, isUnanswered, type Verdict } from "./finding.ts";
import { guestNumber, snapshotName } from "./names.ts";
import { processors } from "./processors.ts";
import { files, storages } from "./storages.ts";

/** Facts that Proxmox VE looks up itself: a name is there or not, a number taken, a file missing. */
const CERTAIN: readonly Check[] = [snapshotName, guestNumber, files];

/** Changes that cannot be taken back, or that PVE takes though what they name is not there. */
const WARNED: readonly (readonly [operation: RegExp, check: Check])[] = [
  [/^(?:POST|PUT) /, absent],
  [/^PUT \S+\/resize$/, storages],
  [/^(?:PUT|POST) \S+\/(?:qemu|lxc)(?:\/\{vmid\}\/config)?$/, processors],
];

/** What a check finds; what it cannot see is left to Proxmox VE. */
async function found(
  check: Check,
  request: Attempt,
  state: CurrentState,
  verdict: Verdict,
): Promise<Finding[]> {
  try {
    return (await check(request, state)).filter((each) => each.verdict === verdict);
  } catch (error) {
    if (isUnanswered(error)) return [];
    throw error;
  }
}

/** What stops the first of the requests for certain: the others meet what it has made. */
export async function certainFindings(
  [request]: readonly Attempt[],
  state: CurrentState,
): Promise<Finding[]> {
  if (!request) return [];
  const all = CERTAIN.map((check) => found(check, request, state, "stops it"));
  return (await Promise.all(all)).flat();
}

/** What to say of changes that go through. */
export async function warningsOf(
  requests: readonly Attempt[],
  state: CurrentState,
): Promise<Finding[]> {
  const all = requests.flatMap((request) =>
    WARNED.filter(([operation]) => operation.test(request.operation))
      .map(([, check]) => found(check, request, state, "warns"))
  );
  return (await Promise.all(all)).flat();
}
