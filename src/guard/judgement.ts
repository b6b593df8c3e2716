/**
 * Judges requests that are about to be sent: what they take away and from whom, by the table of
 * effects, on what is there at that moment.
 *
 * @module
 */
import {
  type CurrentState,
  type Exposure,
  isLoss,
  type Loss,
  type ReadOperation,
} from "../pve/effects/effect.ts";
import type { RequestOptions } from "../pve/client.ts";
import type { Args } from "../pve/encode.ts";
import { PveError } from "../pve/errors.ts";
import { describeGuest, type Guest } from "../pve/guests.ts";
import { ToolError } from "../tool/answer.ts";
import type { PlannedRequest } from "../tool/define.ts";
import type { Services } from "../tool/services.ts";

/** With what time and signal a judgement reads. */
export type JudgementOptions = RequestOptions & { readonly signal: AbortSignal };

/** What requests do to what is there. */
export interface Judgement {
  readonly losses: readonly Loss[];
  readonly exposures: readonly Exposure[];
  /** The guests that lose something, as they are now. */
  readonly guests: readonly Guest[];
  /** All guests, as they are now; none were read when nothing is lost. */
  readonly all: readonly Guest[];
}

/** Why a judgement ends: the node that the request would go to does not answer. */
class NodeSilentError extends Error {
  constructor(override readonly cause: PveError) {
    super(cause.message);
  }
}

/** From this status on, PVE did not reach the node. */
const NODE_UNREACHABLE = 595;

/** Reads for one judgement: each answer is read anew, and once. */
function freshState(
  { pve, guests }: Services,
  requests: readonly PlannedRequest[],
  options: JudgementOptions,
): CurrentState {
  const answers = new Map<string, Promise<unknown>>();
  const nodes = new Set(requests.map(({ args }) => args.node));
  const read = async (operation: ReadOperation, args: Args): Promise<unknown> => {
    try {
      return (await pve.request(operation, args, options)).data;
    } catch (error) {
      const silent = error instanceof PveError && error.status >= NODE_UNREACHABLE;
      throw silent && nodes.has(args.node) ? new NodeSilentError(error) : error;
    }
  };
  let listed: Promise<readonly Guest[]> | undefined;
  return {
    get: (operation, args) => {
      const key = JSON.stringify([operation, args]);
      const known = answers.get(key) ?? read(operation, args);
      answers.set(key, known);
      return known;
    },
    guests: () => listed ??= guests.listFresh(options.signal),
  };
}

/**
 * What these requests take away from what is there now.
 *
 * @throws {GuestLookupError} When the list of guests makes no sense: nothing can be judged by it.
 * @throws {PveError} When the node that a request would go to does not answer.
 */
export async function judgeRequests(
  services: Services,
  requests: readonly PlannedRequest[],
  options: JudgementOptions,
): Promise<Judgement> {
  const { judge } = await import("../pve/effects/effects.ts");
  const state = freshState(services, requests, options);
  const found = await Promise.all(
    requests.map(({ operation, args }) => judge(operation, args, state)),
  ).catch((error) => {
    throw error instanceof NodeSilentError ? error.cause : error;
  });
  const consequences = found.flat();
  const losses = consequences.filter(isLoss);
  const exposures = consequences.filter((each): each is Exposure => !isLoss(each));
  if (consequences.length === 0) return { losses, exposures, guests: [], all: [] };
  const all = await state.guests();
  const numbers = new Set(losses.flatMap(({ guests }) => guests));
  const guests = all.filter(({ vmid }) => numbers.has(vmid));
  return { losses, exposures, guests, all };
}

function lossKey({ what, guests }: Loss): string {
  return JSON.stringify([what, [...guests].sort((one, other) => one - other)]);
}

/** What makes a guest another one for somebody who agreed to its loss. */
export function identityOf({ vmid, name, type, node, pool, tags }: Guest): string {
  return JSON.stringify([vmid, name, type, node, pool, [...tags].sort()]);
}

const isUp = ({ status }: Guest): boolean => status !== "stopped";

/**
 * What is different from what was confirmed: more is taken away, or from a guest that is no longer
 * what it was. Undefined when nothing more is taken than was confirmed.
 */
export function difference(confirmed: Judgement, now: Judgement): string | undefined {
  const found = whatDiffers(confirmed, now);
  return found && `It changed after it was confirmed: ${found}`;
}

function whatDiffers(confirmed: Judgement, now: Judgement): string | undefined {
  const known = new Set(confirmed.losses.map(lossKey));
  const more = now.losses.find((loss) => !known.has(lossKey(loss)));
  const losing = new Set(now.losses.flatMap(({ guests }) => guests));
  for (const before of confirmed.guests.filter(({ vmid }) => losing.has(vmid))) {
    const guest = now.guests.find(({ vmid }) => vmid === before.vmid);
    if (!guest) return `${describeGuest(before)} is not there any more`;
    if (identityOf(before) !== identityOf(guest) || (isUp(guest) && !isUp(before))) {
      return `it was ${describeGuest(before)}, it is ${describeGuest(guest)}`;
    }
  }
  return more && `this would be lost as well: ${more.what}`;
}

/**
 * The error for a request that was confirmed, and no longer is.
 *
 * @param hasChanged Whether requests before it were done.
 */
export function voided(call: string, reason: string, hasChanged: boolean): ToolError {
  return new ToolError(`${call} was not done`, {
    denied: true,
    reason,
    notes: [
      `${
        hasChanged ? "What came before it was done" : "Nothing was done"
      }; the same call asks again`,
    ],
  });
}
