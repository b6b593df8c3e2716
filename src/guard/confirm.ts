/**
 * Asks before something is taken away: a person where the client can ask one, with
 * PROXMOX_CONFIRM=plan else the model a second time.
 *
 * @module
 */
import { happened } from "../base/process/observe.ts";
import { ToolError } from "../tool/answer.ts";
import type { CallInput } from "../tool/context.ts";
import type { SealProblem, Services } from "../tool/services.ts";
import { identityOf, type Judgement } from "./judgement.ts";
import { type PendingAction, question } from "./question.ts";

function refused(
  action: PendingAction,
  reason: string,
  notes: readonly string[] = [],
  asked: readonly string[] = [],
): ToolError {
  return new ToolError(`${action.call} was not confirmed`, {
    denied: true,
    reason,
    notes: ["Nothing was done", ...notes],
    ...(asked.length > 0 ? { answer: { asked } } : {}),
  });
}

const PROBLEMS: Readonly<Record<SealProblem, string>> = {
  forged: "confirm is no code that this server has given",
  expired: "The code in confirm is older than ten minutes",
  used: "The code in confirm was used before",
  "other call": "The code in confirm is for another call: its arguments differ",
  changed: "What this takes away has changed since the code was given",
};

const TOLD_FIRST = "PROXMOX_CONFIRM=plan tells first what is taken away";

/** Why something is confirmed whatever the settings say: what the login does always is. */
function reasonToAsk({ byLogin }: Judgement): string | undefined {
  return byLogin && `What is done as ${byLogin.user} is told first`;
}

/** Where nobody can be asked: the answer tells what would be lost, and the code that confirms it. */
async function confirmByCode(
  services: Services,
  action: PendingAction,
  judgement: Judgement,
  why: string,
): Promise<void> {
  const confirmation = {
    caller: services.pve.identity,
    cluster: String(services.config.hosts[0]),
    call: { call: action.call, vmid: action.guest?.vmid, node: action.node, ...action.args },
    effects: {
      losses: judgement.losses,
      guests: judgement.guests.map((guest) => [identityOf(guest), guest.status]),
      byLogin: judgement.byLogin,
    },
  };
  const problem = action.code === undefined
    ? undefined
    : await services.seals.open(action.code, confirmation);
  const isOpened = action.code !== undefined && problem === undefined;
  happened("confirmation", isOpened ? "code accepted" : "code given");
  if (isOpened) return;
  const code = await services.seals.seal(confirmation);
  const lines = question(action, judgement).split("\n").slice(0, -1);
  throw refused(
    action,
    `${problem === undefined ? "" : `${PROBLEMS[problem]}. `}${why}`,
    [`The same call with confirm=${code} does it, within ten minutes and if nothing changes`],
    lines,
  );
}

/**
 * Asks where the settings and the client say so.
 *
 * @param mustAsk Why it is confirmed whatever they say, if it is.
 * @returns Whether somebody was asked.
 * @throws {ToolError} When the answer is no, or nobody can be asked though somebody must be.
 */
export async function confirmAction(
  services: Services,
  action: PendingAction,
  judgement: Judgement,
  input: CallInput,
  mustAsk = reasonToAsk(judgement),
): Promise<boolean> {
  const { confirm } = services.config;
  if (action.contradiction !== undefined) {
    throw refused(action, `${action.contradiction}: it may not be the guest that was meant`);
  }
  if (confirm === "never" && mustAsk === undefined) return false;
  if (!input.ask) {
    if (confirm === "auto" && mustAsk === undefined) return false;
    if (confirm !== "always") {
      await confirmByCode(services, action, judgement, mustAsk ?? TOLD_FIRST);
      return true;
    }
    throw refused(
      action,
      "PROXMOX_CONFIRM=always asks a person first, and this client cannot ask: use a client with elicitation, or PROXMOX_CONFIRM=plan",
    );
  }
  happened("confirmation", "asked");
  const reply = await input.ask(question(action, judgement));
  happened(
    "confirmation",
    reply === "accept" ? "accepted" : reply === "decline" ? "declined" : "no answer",
  );
  if (reply === "accept") return true;
  throw refused(
    action,
    reply === "decline" ? "The client answered no" : "The client gave no answer to the question",
    [
      "If nobody saw a question, this client declines by itself: let it show what servers ask (elicitation), or do this in a client that does",
    ],
  );
}
