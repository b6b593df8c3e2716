/**
 * Judges requests that are about to be sent: what they take away and from whom, by the table of
 * effects, on what is there at that moment.
 *
 * @module
 */
import { once } from "../base/async/once.ts";
import { happened } from "../base/process/observe.ts";
import { bytes, time } from "../base/text/units.ts";
import { type Exposure, isLoss, type Loss } from "../pve/effects/effect.ts";
import { describeGuest, type Guest } from "../pve/guests.ts";
import { ToolError } from "../tool/answer.ts";
import type { ByLogin } from "./by_login.ts";
import type { PlannedRequest } from "../tool/planned_request.ts";
import type { FileState, Services } from "../tool/services.ts";
import { operationFact, pathParams } from "../pve/api.ts";
import { requestWords } from "../pve/request_words.ts";
import { laterValues } from "./later_values.ts";
import { FreshState, type JudgementOptions, throwAnswer } from "./fresh_state.ts";

const loadEffects = once(() => import("../pve/effects/effects.ts"));
const loadOwnAccess = once(() => import("../pve/effects/own_access.ts"));

/** What requests do to what is there. */
export interface Judgement {
  readonly losses: readonly Loss[];
  readonly exposures: readonly Exposure[];
  /** The guests that lose something, or may come out of their protection, as they are now. */
  readonly guests: readonly Guest[];
  /** All guests, as they are now; none were read when nothing is lost. */
  readonly all: readonly Guest[];
  /** The requests, each with the digest of what it was judged on. */
  readonly requests: readonly PlannedRequest[];
  /** Who makes the requests, when no token may. */
  readonly byLogin?: ByLogin;
}

/** What a request that takes something under /access takes from who sends it: its own access. */
async function fromSender(
  { pve, config }: Services,
  { operation, args }: PlannedRequest,
  state: FreshState,
): Promise<readonly Loss[]> {
  const { ownLosses } = await loadOwnAccess();
  const identities = [pve.identity, ...(pve.loginUser === undefined ? [] : [pve.loginUser])];
  const own = await ownLosses(operation, args, [...new Set(identities)], state);
  const whose = config.tokenOrigin === undefined ? "this server's own" : "the caller's own";
  return own.map(({ what, identity }) => ({
    what: `${whose} ${
      what === "access" ? "access" : "rights, or some of them"
    }: its requests are made as ${identity}`,
    guests: [],
  }));
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
  const { judge } = await loadEffects();
  const state = new FreshState(services, requests, options);
  const found = await Promise.all(
    requests.map(async (request) => {
      const { operation, args } = request;
      const consequences = await judge(operation, args, state);
      const isAccess = consequences.some(isLoss) && / \/access\//.test(operation);
      return isAccess
        ? [...consequences, ...await fromSender(services, request, state)]
        : consequences;
    }),
  ).catch(throwAnswer);
  const consequences = found.flat();
  const losses = consequences.filter(isLoss);
  const exposures = consequences.filter((each): each is Exposure => !isLoss(each));
  const bound = requests.map((request) => state.bound(request));
  if (consequences.length === 0) {
    return { losses, exposures, guests: [], all: [], requests: bound };
  }
  const listed = await state.guests();
  const numbers = new Set(consequences.flatMap(({ guests }) => guests));
  const guests = await state.asTheyAre(listed.filter(({ vmid }) => numbers.has(vmid)))
    .catch(throwAnswer);
  const now = new Map(guests.map((guest) => [guest.vmid, guest]));
  const all = listed.map((guest) => now.get(guest.vmid) ?? guest);
  return { losses, exposures, guests, all, requests: bound };
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
  const isMeant = ({ vmid }: Guest): boolean => now.byLogin !== undefined || losing.has(vmid);
  for (const before of confirmed.guests.filter(isMeant)) {
    const guest = now.guests.find(({ vmid }) => vmid === before.vmid);
    if (!guest) return `${describeGuest(before)} is not there any more`;
    if (identityOf(before) !== identityOf(guest) || (isUp(guest) && !isUp(before))) {
      return `it was ${describeGuest(before)}, it is ${describeGuest(guest)}`;
    }
  }
  if (more) return `this would be lost as well: ${more.what}`;
  const closed = now.byLogin?.what.find((what) => !confirmed.byLogin?.what.includes(what));
  return closed && `"${closed}" takes a login as well`;
}

/** A file as a person compares it: the first digits of its hash, while all are compared here. */
export function fileWords({ size, sha256, changed = 0 }: FileState): string {
  return `${bytes(size)}, ${
    sha256 === undefined ? `last written ${time(changed)}` : `SHA-256 ${sha256.slice(0, 12)}…`
  }`;
}

/** What must be as it was confirmed: all that somebody was told; where nobody was, the place. */
export interface Planned {
  readonly requests: readonly PlannedRequest[];
  readonly wasTold: boolean;
  /** What the caller gave. */
  readonly given: Readonly<Record<string, unknown>>;
}

/** A request without what no plan can know: the digest, and the number of a new guest. */
function planKey({ operation, args, file }: PlannedRequest, { wasTold, given }: Planned): string {
  const place = pathParams(operationFact(operation).path);
  const { digest: _, ...sent } = { ...args, ...laterValues(operation, args, given) };
  const known = Object.entries(sent).filter(([name, value]) =>
    value !== undefined && (wasTold || place.includes(name))
  );
  known.sort(([one], [other]) => one < other ? -1 : 1);
  return JSON.stringify([operation, known, wasTold && file]);
}

/** Why a request is none that was confirmed; one of another kind no plan could know. */
export function notPlanned(request: PlannedRequest, planned: Planned): string | undefined {
  const alike = planned.requests.filter(({ operation }) => operation === request.operation);
  const { file } = request;
  const isPlanned = (sent: PlannedRequest): boolean => {
    const key = planKey(sent, planned);
    return alike.some((each) => planKey(each, planned) === key);
  };
  if (alike.length === 0 || isPlanned(request)) return undefined;
  const other = alike.find((each) => each.file && isPlanned({ ...request, file: each.file }));
  const what = file && other?.file
    ? `the file was ${fileWords(other.file)}, it is ${fileWords(file)}`
    : `${requestWords(request.operation, request.args)} is not what was confirmed`;
  return `It changed after it was confirmed: ${what}`;
}

/** What of a call was done that stops before one of its requests. */
export function doneSoFar(hasChanged: boolean): string {
  return hasChanged ? "What came before it was done" : "Nothing was done";
}

/**
 * The error for a request that was confirmed, and no longer is.
 *
 * @param hasChanged Whether requests before it were done.
 */
export function voided(call: string, reason: string, hasChanged: boolean): ToolError {
  happened("confirmation", "void");
  return new ToolError(`${call} was not done`, {
    reason,
    notes: [`${doneSoFar(hasChanged)}; the same call asks again`],
  });
}
