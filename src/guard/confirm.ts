/**
 * Asks before something is taken away: a person where the client can ask one, with
 * PROXMOX_CONFIRM=plan else the model a second time.
 *
 * @module
 */
import { sanitizeLine } from "../base/text/sanitize.ts";
import { type Guest, kindOf } from "../pve/guests.ts";
import { ToolError } from "../tool/answer.ts";
import type { CallInput } from "../tool/context.ts";
import type { SealProblem, Services } from "../tool/services.ts";
import { identityOf, type Judgement } from "./judgement.ts";

/** A call that is about to change something. */
export interface PendingAction {
  /** The call as answers name it: `proxmox_guest_snapshot delete`. */
  readonly call: string;
  readonly tool: string;
  readonly action: string;
  readonly guest?: Guest;
  readonly node?: string;
  /** What of the caller's words the guest contradicts. */
  readonly contradiction?: string;
  /** By Proxmox VE's names. */
  readonly args: Readonly<Record<string, unknown>>;
  /** The arguments without secrets. */
  readonly redactedArgs: Readonly<Record<string, unknown>>;
  /** A text without the call's secrets. */
  readonly redact: (text: string) => string;
  /** What an answer to the same call before gave to confirm it with. */
  readonly code?: string;
}

/** Guests, losses and arguments that a question names one by one; of more, the first and the last. */
const MAX_LINES = 20;
/** Of one argument. */
const MAX_ARGUMENT_CHARACTERS = 200;

function guestLine({ vmid, name, type, node, status, lock, tags }: Guest): string {
  return [
    `${kindOf({ type })} ${vmid} "${name}" on ${node}`,
    status,
    ...(lock === undefined ? [] : [`locked (${lock})`]),
    ...(tags.length === 0 ? [] : [`tags ${tags.join(" ")}`]),
  ].join(", ");
}

/** The lines, or of too many the first and the last and how many stand between. */
function shortened(lines: readonly string[]): string[] {
  if (lines.length <= MAX_LINES) return [...lines];
  const half = MAX_LINES / 2;
  return [
    ...lines.slice(0, half),
    `… ${lines.length - MAX_LINES} more …`,
    ...lines.slice(-half),
  ];
}

function argumentText(name: string, value: unknown): string {
  const text = sanitizeLine(typeof value === "object" ? JSON.stringify(value) : String(value));
  if (text.length <= MAX_ARGUMENT_CHARACTERS) return `${name}=${text}`;
  const kept = MAX_ARGUMENT_CHARACTERS / 2;
  return `${name}=${text.slice(0, kept)} … ${text.slice(-kept)} (${text.length} characters)`;
}

/** What is shown to whoever confirms: the guests, what goes, and with which arguments. */
export function question(action: PendingAction, { losses, guests }: Judgement): string {
  const args = Object.entries(action.redactedArgs).filter(([, value]) => value !== undefined);
  const where = action.guest || action.node === undefined ? "" : ` on node ${action.node}`;
  return [
    `${action.call}${where}`,
    ...shortened(guests.map((guest) => sanitizeLine(guestLine(guest)))),
    ...shortened(losses.map(({ what }) => `Lost: ${sanitizeLine(action.redact(what))}`)),
    ...(args.length === 0
      ? []
      : [`with ${args.map(([name, value]) => argumentText(name, value)).join(", ")}`]),
    "Go on?",
  ].join("\n");
}

function refused(action: PendingAction, reason: string, notes: readonly string[] = []): ToolError {
  return new ToolError(`${action.call} was not confirmed`, {
    denied: true,
    reason,
    notes: ["Nothing was done", ...notes],
  });
}

const PROBLEMS: Readonly<Record<SealProblem, string>> = {
  forged: "confirm is no code that this server has given",
  expired: "The code in confirm is older than ten minutes",
  used: "The code in confirm was used before",
  "other call": "The code in confirm is for another call: its arguments differ",
  changed: "What this takes away has changed since the code was given",
};

/** Where nobody can be asked: the answer tells what would be lost, and the code that confirms it. */
async function confirmByCode(
  services: Services,
  action: PendingAction,
  judgement: Judgement,
): Promise<void> {
  const { user, tokenName, hosts } = services.config;
  const confirmation = {
    caller: `${user}!${tokenName}`,
    cluster: String(hosts[0]),
    call: { call: action.call, vmid: action.guest?.vmid, node: action.node, ...action.args },
    effects: {
      losses: judgement.losses,
      guests: judgement.guests.map((guest) => [identityOf(guest), guest.status]),
    },
  };
  const problem = action.code === undefined
    ? undefined
    : await services.seals.open(action.code, confirmation);
  if (action.code !== undefined && problem === undefined) return;
  const code = await services.seals.seal(confirmation);
  const [, ...lines] = question(action, judgement).split("\n").slice(0, -1);
  throw refused(
    action,
    `${
      problem === undefined ? "" : `${PROBLEMS[problem]}. `
    }PROXMOX_CONFIRM=plan tells first what is taken away`,
    [
      ...lines,
      `The same call with confirm=${code} does it, within ten minutes and if nothing changes`,
    ],
  );
}

/**
 * Asks where the settings and the client say so.
 *
 * @returns Whether somebody was asked.
 * @throws {ToolError} When the answer is no, or nobody can be asked though somebody must be.
 */
export async function confirmAction(
  services: Services,
  action: PendingAction,
  judgement: Judgement,
  input: CallInput,
): Promise<boolean> {
  const { confirm } = services.config;
  if (action.contradiction !== undefined) {
    throw refused(action, `${action.contradiction}: it may not be the guest that was meant`);
  }
  if (confirm === "never") return false;
  if (!input.ask) {
    if (confirm === "auto") return false;
    if (confirm === "plan") {
      await confirmByCode(services, action, judgement);
      return true;
    }
    throw refused(
      action,
      "PROXMOX_CONFIRM=always asks a person first, and this client cannot ask: use a client with elicitation, or PROXMOX_CONFIRM=plan",
    );
  }
  const reply = await input.ask(question(action, judgement));
  if (reply === "accept") return true;
  throw refused(
    action,
    reply === "decline" ? "The client answered no" : "The question was not answered",
    reply === "decline"
      ? [
        "If nobody saw a question, this client declines by itself: PROXMOX_CONFIRM=plan does not ask it",
      ]
      : [],
  );
}
