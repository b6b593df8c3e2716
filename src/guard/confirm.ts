/**
 * Asks before something is taken away: a person where the client can ask one, with
 * PROXMOX_CONFIRM=plan else the model a second time, by a code that a dry run hands out as well.
 *
 * @module
 */
import { happened } from "../base/process/observe.ts";
import type { Finding } from "../pve/findings/finding.ts";
import { type Answer, type FailureKind, ToolError } from "../tool/answer.ts";
import type { AskPerson, CallInput, PersonsReply } from "../tool/context.ts";
import type { Confirmation, SealProblem, Services } from "../tool/services.ts";
import { doneSoFar, identityOf, type Judgement } from "./judgement.ts";
import { laterValues } from "./later_values.ts";
import { type PendingAction, question } from "./question.ts";

/** What is known of a call beside its judgement. */
interface Terms {
  /** Why it is confirmed whatever the settings say, if it is. */
  readonly mustAsk?: string | undefined;
  /** Looks up what is found for and against it: for whoever decides alone, as it takes time. */
  readonly findings?: () => Promise<readonly Finding[]>;
  /** Whether something of it was done already. */
  readonly hasChanged?: boolean;
}

/** Why a call is not done, or not yet. */
interface Stop {
  readonly kind: FailureKind;
  readonly title?: string;
  readonly reason: string;
  readonly notes?: readonly string[];
  readonly answer?: Pick<Answer, "asked" | "open">;
}

function stop(
  { call }: PendingAction,
  { hasChanged = false }: Terms,
  { title = `${call} was not confirmed`, notes = [], ...stop }: Stop,
): ToolError {
  return new ToolError(title, { ...stop, notes: [doneSoFar(hasChanged), ...notes] });
}

/** Who confirms: what is sealed for one is void for the other. */
type Confirmer = "model" | "person";

const PROBLEMS: Readonly<Record<Confirmer, Record<Extract<SealProblem, string>, string>>> = {
  model: {
    forged: "confirm is no code that this server has given",
    expired: "The code in confirm is older than ten minutes",
    used: "The code in confirm was used before",
    "other call": "The code in confirm is for another call: its arguments differ",
  },
  person: {
    forged: "The answer is to no question that this server has asked",
    expired: "The answer is to a question from more than ten minutes ago",
    used: "The answer was used before",
    "other call": "The answer is to a question about another call: its arguments differ",
  },
};
/** What a code rests on, in words. */
const RESTS = {
  requests: "what is sent",
  losses: "what is taken away",
  guests: "a guest that loses something",
  byLogin: "what takes a login",
};

function problemText(problem: SealProblem, by: Confirmer): string {
  if (typeof problem === "string") return PROBLEMS[by][problem];
  const parts = problem.changed.map((name) => RESTS[name as keyof typeof RESTS]);
  const since = by === "model" ? "the code was given" : "the question was asked";
  return `Something has changed since ${since}: ${parts.join(", ")}`;
}

/** The free number of a new guest is another one each time: that it is one is what counts. */
function withoutNewNumbers({ args }: PendingAction, judgement: Judgement): readonly unknown[] {
  return judgement.requests.map(({ operation, args: sent, file }) => [
    operation,
    { ...sent, ...laterValues(operation, sent, args, judgement.requests) },
    ...(file ? [file] : []),
  ]);
}

function confirmationOf(
  services: Services,
  action: PendingAction,
  judgement: Judgement,
  by: Confirmer,
): Confirmation {
  const { call, guest, node, args } = action;
  const rests: Record<keyof typeof RESTS, unknown> = {
    requests: withoutNewNumbers(action, judgement),
    losses: judgement.losses,
    guests: judgement.guests.map((guest) => [identityOf(guest), guest.status]),
    byLogin: judgement.byLogin,
  };
  return {
    caller: services.caller ?? services.pve.identity,
    cluster: [services.config.cluster ?? "", ...services.config.hosts].join(" "),
    call: { by, call, vmid: guest?.vmid, node, args },
    rests,
  };
}

const TOLD_FIRST = "PROXMOX_CONFIRM=plan tells first what is taken away";

/** Why something is confirmed whatever the settings say: what the login does always is. */
function reasonToAsk({ byLogin }: Judgement): string | undefined {
  return byLogin && `What is done as ${byLogin.user} is told first`;
}

/** True for what stops a call as a whole, and not one of many guests. */
export function stopsAll({ verdict, guest }: Finding): boolean {
  return verdict === "stops it" && guest === undefined;
}

/** What to do with a code. */
function codeText(code: string): string {
  return `The same call with confirm=${code} does it, within ten minutes and if nothing changes`;
}

/**
 * What to do where something stops the call: that first. The code is given all the same, as what is
 * found may be wrong, and must lock nobody out.
 */
function stoppedText(code: string): string {
  return `Put right first what stops it, then call again. Should that be found wrongly, the same call with confirm=${code} sends it all the same, within ten minutes and if nothing changes`;
}

function listNone(): Promise<readonly Finding[]> {
  return Promise.resolve([]);
}

/** Where nobody can be asked: the answer is the plan, and the code that confirms it. */
async function confirmByCode(
  services: Services,
  action: PendingAction,
  judgement: Judgement,
  why: string | undefined,
  terms: Terms,
): Promise<void> {
  const confirmation = confirmationOf(services, action, judgement, "model");
  const problem = action.code === undefined
    ? undefined
    : await services.seals.open(action.code, confirmation);
  const isOpened = action.code !== undefined && problem === undefined;
  happened("confirmation", isOpened ? "code accepted" : "code given");
  if (isOpened) return;
  const code = await services.seals.seal(confirmation);
  const findings = await (terms.findings ?? listNone)();
  const isStopped = findings.some(stopsAll);
  const lines = question(action, judgement, findings).split("\n").slice(0, -1);
  const reasons = [
    ...(problem === undefined ? [] : [problemText(problem, "model")]),
    ...(why ? [why] : []),
  ];
  throw stop(action, terms, {
    kind: "unconfirmed",
    title: `${action.call} waits to be confirmed${
      isStopped ? ", and something stops it" : ", by the same call with the code below"
    }`,
    reason: reasons.join(". "),
    notes: [isStopped ? stoppedText(code) : codeText(code)],
    answer: { asked: lines },
  });
}

/** Asks a person, whose answer may come with another request. */
async function askPerson(
  services: Services,
  action: PendingAction,
  judgement: Judgement,
  ask: AskPerson,
  terms: Terms,
): Promise<Extract<PersonsReply, string>> {
  const confirmation = confirmationOf(services, action, judgement, "person");
  const text = question(action, judgement, await (terms.findings ?? listNone)());
  const reply = await ask(text, {
    seal: () => services.seals.seal(confirmation),
    open: (seal) => services.seals.open(seal, confirmation),
  });
  if (typeof reply === "string") return reply;
  const kind = "unconfirmed";
  if ("problem" in reply) {
    throw stop(action, terms, { kind, reason: problemText(reply.problem, "person") });
  }
  // The question waits: its answer comes with the same call, to this server or one with its key.
  const answer = { open: { text, seal: reply.seal } };
  throw stop(action, terms, { kind, reason: "A person is asked first", answer });
}

/** How a call is confirmed: by a person, by a code that is due, or not at all; or what forbids it. */
type Way =
  | { readonly by: "person" | "nobody" }
  | { readonly by: "code"; readonly why: string }
  | { readonly refusedFor: string };

function wayOf(
  { config: { confirm } }: Services,
  action: PendingAction,
  { losses }: Judgement,
  canAsk: boolean,
  mustAsk: string | undefined,
): Way {
  if (losses.length === 0 && mustAsk === undefined) return { by: "nobody" };
  if (action.contradiction !== undefined) {
    return { refusedFor: `${action.contradiction}: it may not be the guest that was meant` };
  }
  if (confirm === "never" && mustAsk === undefined) return { by: "nobody" };
  if (canAsk) return { by: "person" };
  if (confirm === "always") {
    return {
      refusedFor:
        "PROXMOX_CONFIRM=always asks a person first, and this client cannot ask: use a client with elicitation, or PROXMOX_CONFIRM=plan",
    };
  }
  if (confirm === "auto" && mustAsk === undefined) return { by: "nobody" };
  return { by: "code", why: mustAsk ?? TOLD_FIRST };
}

/**
 * Asks where the settings and the client say so. A code that is given is held against what is there
 * in any case: who gives one wants what was planned, and nothing else.
 *
 * @returns Whether somebody was asked.
 * @throws {ToolError} When the answer is no, or nobody can be asked though somebody must be.
 */
export async function confirmAction(
  services: Services,
  action: PendingAction,
  judgement: Judgement,
  { ask }: CallInput,
  terms: Terms = {},
): Promise<boolean> {
  const { mustAsk = reasonToAsk(judgement) } = terms;
  const way = wayOf(services, action, judgement, ask !== undefined, mustAsk);
  if ("refusedFor" in way) throw stop(action, terms, { kind: "denied", reason: way.refusedFor });
  if (way.by === "nobody" && action.code === undefined) return false;
  if (way.by !== "person" || !ask) {
    const why = way.by === "code" ? way.why : undefined;
    await confirmByCode(services, action, judgement, why, terms);
    return true;
  }
  happened("confirmation", "asked");
  const reply = await askPerson(services, action, judgement, ask, terms);
  happened(
    "confirmation",
    reply === "accept" ? "accepted" : reply === "decline" ? "declined" : "no answer",
  );
  if (reply === "accept") return true;
  const notes = [
    "If nobody saw a question, this client declines by itself: let it show what servers ask (elicitation), or do this in a client that does",
  ];
  throw stop(
    action,
    terms,
    reply === "decline"
      ? { kind: "declined", reason: "The client answered no", notes }
      : { kind: "unconfirmed", reason: "The client gave no answer to the question", notes },
  );
}

/** What is known of a call that is only planned. */
interface Planned extends Pick<Terms, "mustAsk"> {
  readonly isStopped?: boolean;
}

/** How a call that is only planned would be confirmed, or what would refuse it. */
interface PlannedConfirmation {
  readonly refusedFor?: string;
  readonly text?: string;
}

/** How a call would be confirmed, with the code that does just what was planned if nothing stops it. */
export async function planConfirmation(
  services: Services,
  action: PendingAction,
  judgement: Judgement,
  { ask }: CallInput,
  { mustAsk = reasonToAsk(judgement), isStopped = false }: Planned = {},
): Promise<PlannedConfirmation> {
  const way = wayOf(services, action, judgement, ask !== undefined, mustAsk);
  if ("refusedFor" in way) return way;
  if (way.by === "person") return { text: "A person is asked before it is done" };
  if (isStopped) return { text: "It is given no code while something stops it" };
  const code = await services.seals.seal(
    confirmationOf(services, action, judgement, "model"),
  );
  return { text: codeText(code) };
}
