/**
 * What stands between an elevated call and the cluster: protection, confirmation, the audit log.
 *
 * @module
 */
import { defined } from "../base/defined.ts";
import { MODIFIED } from "../answer/hints/messages.ts";
import { PveError } from "../pve/errors.ts";
import { UnprovenError } from "../pve/evidence.ts";
import { describeGuest, type Guest } from "../pve/guests.ts";
import { TaskUnreadError } from "../pve/tasks.ts";
import { type Answer, ToolError } from "../tool/answer.ts";
import type { CallInput } from "../tool/context.ts";
import type { PlannedRequest } from "../tool/planned_request.ts";
import { byLogin } from "./by_login.ts";
import { confirmAction } from "./confirm.ts";
import { findingsNow, findingState } from "./findings_now.ts";
import { FreshState, type JudgementOptions } from "./fresh_state.ts";
import { difference, type Judgement, judgeRequests, notPlanned, voided } from "./judgement.ts";
import { refuseProtected } from "./protection.ts";
import type { PendingAction } from "./question.ts";
import { CONFIRMATION_MS } from "./seal.ts";
import { ofCluster } from "../tool/server_rights.ts";
import type { AuditEntry, Services } from "../tool/services.ts";

function targetLabel({ guest, node }: PendingAction): string {
  return guest ? `${guest.vmid} ${guest.name} on ${guest.node}` : node ?? "";
}

function entryOf(
  action: PendingAction,
  phase: AuditEntry["phase"],
  user: string | undefined,
): AuditEntry {
  return {
    phase,
    tool: action.tool,
    action: action.action,
    ...defined({ cluster: action.cluster }),
    target: targetLabel(action),
    ...defined({ as: user }),
    parameters: action.mask(action.args),
  };
}

function resultOf(answer: Answer): Pick<AuditEntry, "result" | "upid"> {
  const upid = answer.task ? { upid: answer.task.upid } : {};
  return { result: answer.task?.state === "running" ? "running" : "ok", ...upid };
}

function failureOf(error: unknown): Pick<AuditEntry, "result" | "reason" | "upid"> {
  if (error instanceof TaskUnreadError) {
    return { result: "unknown", reason: error.message, upid: error.task.upid };
  }
  if (error instanceof UnprovenError && !error.details.nothingDone) {
    return { result: "unknown", reason: error.message };
  }
  if (!(error instanceof ToolError)) return { result: "failed", reason: String(error) };
  const { kind = "error", reason, answer } = error.details;
  return {
    result: kind === "error" ? "failed" : "refused",
    reason: `${error.message}: ${reason}`,
    ...defined({ upid: answer?.task?.upid }),
  };
}

/** What to say of a loss that the settings let through without a question. */
const NOBODY_ASKED = {
  auto:
    "Nobody was asked, as this client cannot ask a person: PROXMOX_CONFIRM=plan tells first what is taken away, always refuses",
  never: "Nobody was asked: PROXMOX_CONFIRM=never",
};

/** The call that a guard is for. */
interface GuardedCall {
  readonly services: Services;
  readonly action: PendingAction;
  readonly input: CallInput;
  readonly options: JudgementOptions;
  /** Facts for the end of the answer. */
  readonly notes: string[];
  /** Whether something was changed already. */
  readonly hasChanged: () => boolean;
}

/** A request as it is to be sent. */
export interface AdmittedRequest extends PlannedRequest {
  /** By the login: no token may make it. */
  readonly byLogin?: boolean;
  /** What the answer says once it was taken: that nobody was asked about its loss. */
  readonly unasked?: string;
}

/** What may be taken away. */
interface Confirmed {
  readonly judgement: Judgement;
  /** When somebody was asked, by the monotonic clock; undefined where nobody was. */
  readonly asked: number | undefined;
}

/** True for the guest that was found; a list shows new ones without their names for a while. */
function isSame(found: Guest, now: Guest): boolean {
  const isNamed = found.status !== "unknown" || found.name !== String(found.vmid);
  return now.type === found.type && (!isNamed || now.name === found.name);
}

/** Tags, pool and name of a guest may protect it, and this token may not read them. */
function hiddenLoss(call: string, { vmid }: Guest): ToolError {
  return new ToolError(`${call} was not done`, {
    kind: "denied",
    reason:
      `The token may not look at guest ${vmid}, so nobody can tell whether it is protected from this`,
    notes: [`VM.Audit on /vms/${vmid} lets it look`, "Nothing was done"],
  });
}

/** True for what takes something away, or is done by the login. */
function isToBeConfirmed({ losses, byLogin }: Judgement): boolean {
  return losses.length > 0 || byLogin !== undefined;
}

/** Stands between one call and the cluster, from the question to each request that is sent. */
export class Guard {
  #confirmed: Confirmed | undefined;
  #user: string | undefined;

  constructor(private readonly call: GuardedCall) {}

  /**
   * What requests take away from what is there now.
   *
   * @throws {ToolError} When they take it from what is protected, or from a guest that is another
   * one than was found, or none.
   */
  async judge(requests: readonly PlannedRequest[]): Promise<Judgement> {
    const { services, action, options, hasChanged } = this.call;
    const login = await byLogin(services, action.call, requests, options, hasChanged());
    this.#user ??= login?.user;
    const judgement: Judgement = {
      ...await judgeRequests(services, requests, options),
      ...defined({ byLogin: login }),
    };
    const whole = { ...judgement, guests: await this.#guestsOf(judgement) };
    this.#refuseOtherGuests(whole);
    refuseProtected(services, whole, action.guest ? undefined : action.node);
    return whole;
  }

  /** What is confirmed without a loss is confirmed for the call's guest as it is as well. */
  async #guestsOf({ guests, byLogin }: Judgement): Promise<readonly Guest[]> {
    const { services, action: { guest, code }, options } = this.call;
    const isConfirmed = byLogin !== undefined || code !== undefined;
    if (!guest || !isConfirmed || guests.some(({ vmid }) => vmid === guest.vmid)) return guests;
    return [...await new FreshState(services, [], options).asTheyAre([guest]), ...guests];
  }

  /** Finds who makes requests, before they are judged. */
  async find(requests: readonly PlannedRequest[]): Promise<void> {
    const { services, action, options, hasChanged } = this.call;
    const login = await byLogin(services, action.call, requests, options, hasChanged());
    this.#user = login?.user;
  }

  /** Who was found to make requests that no token may make. */
  get user(): string | undefined {
    return this.#user;
  }

  /** Neither the call's guest nor those that its arguments name may be others by now. */
  #refuseOtherGuests(judgement: Judgement): void {
    const { guest, named = [] } = this.call.action;
    if (guest) this.#refuseOther(guest, judgement, judgement.byLogin !== undefined);
    for (const each of named) this.#refuseOther(each, judgement, false);
  }

  /**
   * A guest was found in a list that may be some seconds old: its name may be another guest's by
   * now. Of one that the list no longer has, or does not show this token, nobody can tell whether it
   * is protected.
   */
  #refuseOther(guest: Guest, { losses, exposures, guests }: Judgement, always: boolean): void {
    const { action: { call }, hasChanged } = this.call;
    const isAmong = (all: readonly { readonly guests: readonly number[] }[]): boolean =>
      all.some((each) => each.guests.includes(guest.vmid));
    if (guest.hidden && isAmong([...losses, ...exposures])) throw hiddenLoss(call, guest);
    if (!isAmong(losses) && !always) return;
    const now = guests.find(({ vmid }) => vmid === guest.vmid);
    // What was confirmed is compared in full.
    if (now && (this.#confirmed || isSame(guest, now))) return;
    const what = now ? `by now ${describeGuest(now)}` : "not there any more";
    throw voided(call, `${describeGuest(guest)} is ${what}`, hasChanged());
  }

  /**
   * Asks about what is taken away, before the first request is sent.
   *
   * @throws {ToolError} When it is refused.
   */
  async confirm(judgement: Judgement): Promise<void> {
    const { services, action, input, options } = this.call;
    if (!isToBeConfirmed(judgement) && action.code === undefined) return;
    const began = services.clock.monotonic();
    const { requests } = judgement;
    const wasAsked = await confirmAction(services, action, judgement, input, {
      hasChanged: this.call.hasChanged(),
      findings: () => findingsNow(requests, findingState(services, requests, options)),
    });
    this.#confirmed = { judgement, asked: wasAsked ? began : undefined };
  }

  /**
   * Judges a request once more at the moment when it is sent: nothing more may be taken away than
   * was confirmed. What no plan could know is asked about now, and judged again after the answer.
   *
   * @returns The request with the digest of what it was judged on, where PVE takes one.
   * @throws {ToolError} When it is refused, or differs from what was confirmed.
   */
  async admit(request: PlannedRequest): Promise<AdmittedRequest> {
    const unplanned = this.#confirmed ? undefined : await this.judge([request]);
    if (unplanned) await this.confirm(unplanned);
    const confirmed = this.#confirmed;
    const now = confirmed || !unplanned ? await this.judge([request]) : unplanned;
    const { action, hasChanged, notes } = this.call;
    const wasTold = confirmed?.asked !== undefined;
    if (confirmed && (isToBeConfirmed(now) || wasTold)) {
      const reason = this.#isTooOld(confirmed)
        ? "It was asked about more than ten minutes ago"
        : difference(confirmed.judgement, now) ??
          notPlanned(request, {
            requests: confirmed.judgement.requests,
            wasTold,
            given: action.args,
          });
      if (reason !== undefined) throw voided(action.call, reason, hasChanged());
    }
    const admitted = {
      ...now.requests[0] ?? request,
      ...defined({ unasked: wasTold || now.losses.length === 0 ? undefined : this.#unasked() }),
    };
    if (!now.byLogin) return admitted;
    const note = `Sent as ${now.byLogin.user}, logged in with a password`;
    if (!notes.includes(note)) notes.push(note);
    return { ...admitted, byLogin: true };
  }

  /** The error in place of PVE's when what a request was judged on is no longer there. */
  refusalOf(error: unknown): unknown {
    const { action, hasChanged } = this.call;
    const modified = error instanceof PveError && MODIFIED.test(error.message);
    if (!modified || action.args.digest !== undefined) return error;
    return voided(
      action.call,
      "It changed after it was looked at, before Proxmox VE had it: its digest is another",
      hasChanged(),
    );
  }

  #isTooOld({ asked }: Confirmed): boolean {
    const { clock } = this.call.services;
    return asked !== undefined && clock.monotonic() - asked >= CONFIRMATION_MS;
  }

  #unasked(): string {
    const { confirm, settingsName } = this.call.services.config;
    return ofCluster(confirm === "never" ? NOBODY_ASKED.never : NOBODY_ASKED.auto, settingsName);
  }
}

/**
 * Writes an elevated call down before and after it is done.
 *
 * @throws {ToolError} When it cannot be written down before: then nothing is done.
 */
export async function audited(
  { audit, guests }: Services,
  action: PendingAction,
  notes: string[],
  guard: Pick<Guard, "user">,
  work: () => Promise<Answer>,
): Promise<Answer> {
  await audit?.write(entryOf(action, "before", guard.user));
  const writeEnd = async (end: Pick<AuditEntry, "result" | "reason" | "upid">): Promise<void> => {
    try {
      const reason = end.reason === undefined ? {} : { reason: action.redact(end.reason) };
      await audit?.write({ ...entryOf(action, "after", guard.user), ...end, ...reason });
    } catch {
      notes.push("The end of this call could not be written to the audit log");
    }
  };
  try {
    const answer = await work();
    await writeEnd(resultOf(answer));
    return answer;
  } catch (error) {
    await writeEnd(failureOf(error));
    throw error;
  } finally {
    guests.forget();
  }
}
