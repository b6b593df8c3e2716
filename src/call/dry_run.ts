/**
 * The dry run of a call: its own path up to the queue, and what is found on the way. Nothing that is
 * handed to it can change anything.
 *
 * @module
 */
import { explainError } from "../answer/hints/explain_error.ts";
import { planConfirmation, stopsAll } from "../guard/confirm.ts";
import { findingsNow, findingState } from "../guard/findings_now.ts";
import type { FreshState } from "../guard/fresh_state.ts";
import type { Guard } from "../guard/guard.ts";
import { type Judgement, judgeRequests } from "../guard/judgement.ts";
import { effectLines, type PendingAction, requestLines } from "../guard/question.ts";
import { PveError } from "../pve/errors.ts";
import type { Finding } from "../pve/findings/finding.ts";
import { type Guest, GuestLookupError } from "../pve/guests.ts";
import { type Answer, type ListData, ToolError } from "../tool/answer.ts";
import type { ReadContext } from "../tool/context.ts";
import type { PlannedRequest } from "../tool/planned_request.ts";
import { tierOf } from "../tool/registry.ts";
import { ofCluster, type Whose } from "../tool/server_rights.ts";
import type { RunningCall } from "./make_context.ts";
import { prepare } from "./prepare.ts";
import type { ResolvedTarget } from "./resolve.ts";

/** What a dry run has at hand. */
export interface DryRun {
  readonly call: RunningCall;
  readonly action: PendingAction;
  readonly guard: Pick<Guard, "judge">;
  readonly context: ReadContext;
  readonly target: ResolvedTarget;
}

const NOTHING: Judgement = { losses: [], exposures: [], guests: [], all: [], requests: [] };

/** A refusal as findings; errors that say nothing of the call's own matter end the dry run. */
function refusalFindings(error: unknown, from: string, whose: Whose): Finding[] {
  const isRefusal = error instanceof ToolError || error instanceof PveError ||
    error instanceof GuestLookupError;
  if (!isRefusal) throw error;
  const { problems = [] } = error instanceof ToolError ? error.details : {};
  if (problems.length > 1) return problems.map((what) => ({ verdict: "stops it", what, from }));
  const { title, failure, notes = [] } = explainError(error, from, undefined, whose);
  const advice = notes.filter((note) => !note.startsWith("Nothing was"));
  const parameters = Object.entries(failure?.parameters ?? {}).map((pair) => pair.join(" "));
  // No colon: what stands before one may be taken for the name of a secret.
  const reason = [failure?.reason?.replace(/\.$/, "") ?? "", ...parameters].join(", ");
  // What refuses the call stands beside it: it need not be said whose refusal it is.
  const parts = [...(title === from ? [] : [title]), reason, ...advice];
  return [{ verdict: "stops it", what: parts.join(". "), from }];
}

/** Reads a free number, and keeps it for nobody. */
async function nextVmid(context: ReadContext): Promise<number> {
  return Number((await context.request("GET /cluster/nextid", {})).data);
}

/** What this server itself has against the call. */
function tierFindings({ services, registered, parsed }: RunningCall): Finding[] {
  if (services.config.allowElevated || tierOf(registered.category, parsed.action) === "basic") {
    return [];
  }
  return [{
    verdict: "stops it",
    what: "It needs the elevated tier",
    from: ofCluster("PROXMOX_ALLOW_ELEVATED", services.config.settingsName),
  }];
}

/** The requests of the call, or what refuses them. */
interface Prepared {
  readonly requests: readonly PlannedRequest[];
  readonly obstacles: readonly Finding[];
}

async function requestsOf({ call, context, target, action }: DryRun): Promise<Prepared> {
  try {
    const asked = { ...context, nextVmid: () => nextVmid(context) };
    return { requests: await prepare(call, asked, target), obstacles: [] };
  } catch (error) {
    return { requests: [], obstacles: refusalFindings(error, action.call, call.services.config) };
  }
}

/** What requests take away, and what refuses that. */
interface Judged {
  readonly judgement: Judgement;
  readonly refusals: readonly Finding[];
}

async function judge(
  { call, guard }: DryRun,
  requests: readonly PlannedRequest[],
): Promise<Judged> {
  try {
    return { judgement: await guard.judge(requests), refusals: [] };
  } catch (error) {
    const refusals = refusalFindings(error, "what this server allows", call.services.config);
    const judgement = await judgeRequests(call.services, requests, call.tracker.options)
      .catch(() => NOTHING);
    return { judgement, refusals };
  }
}

/** The guest that the call is about, as it is now, and those that lose something. */
async function guestsOf(
  { guest }: PendingAction,
  { guests }: Judgement,
  state: FreshState,
): Promise<readonly Guest[]> {
  if (!guest || guests.some(({ vmid }) => vmid === guest.vmid)) return guests;
  return [...await state.asTheyAre([guest]), ...guests];
}

function titleOf({ call }: PendingAction, findings: readonly Finding[]): string {
  const stops = findings.filter(({ verdict }) => verdict === "stops it");
  const all = stops.filter(stopsAll).length;
  const guests = new Set(findings.flatMap(({ guest }) => guest ?? []));
  const staying = new Set(stops.flatMap(({ guest }) => guest ?? []));
  const verdict = all === 1
    ? "one thing stops it"
    : all > 1
    ? `${all} things stop it`
    : "nothing that is known stops it";
  const ofMany = guests.size === 0
    ? ""
    : `; of ${guests.size} guests ${staying.size} cannot take part`;
  return `Dry run of ${call}: ${verdict}${ofMany}`;
}

const COLUMNS = ["verdict", "what", "from"] as const;

/** The findings as a list; where they are about many guests, each with its own. */
function listOf(findings: readonly Finding[]): ListData {
  const isOfMany = findings.some(({ guest }) => guest !== undefined);
  const columns = isOfMany ? ["guest", ...COLUMNS] as const : COLUMNS;
  const rows = findings.map((finding) =>
    columns.map((name) => name === "guest" ? finding.guest ?? "all" : finding[name])
  );
  return { columns, rows, total: rows.length };
}

/** That the call would do nothing, as what it asks for is so already. */
async function alreadyAnswer({ call, action, context }: DryRun): Promise<Answer | undefined> {
  const already = await call.parsed.action.already?.(context, call.parsed.args);
  return already && { ...already, title: `Dry run of ${action.call}: ${already.title}` };
}

/** Tells what a call would do and what stands against it; nothing but reads is sent. */
export async function dryRun(run: DryRun): Promise<Answer> {
  const { call, action, context } = run;
  const { services, tracker, input, notes } = call;
  const already = await alreadyAnswer(run);
  if (already) return already;
  const { requests, obstacles } = await requestsOf(run);
  const state = findingState(services, requests, tracker.options);
  const [{ judgement, refusals }, found] = await Promise.all([
    judge(run, requests),
    findingsNow(requests, state),
  ]);
  const guests = await guestsOf(action, judgement, state);
  const { refusedFor, text } = await planConfirmation(
    services,
    action,
    { ...judgement, guests },
    input,
    { isStopped: found.some(stopsAll) },
  );
  const own: readonly Finding[] = [
    ...tierFindings(call),
    ...(refusedFor === undefined
      ? []
      : [{ verdict: "stops it", what: refusedFor, from: "PROXMOX_CONFIRM" } as const]),
    ...refusals,
    ...obstacles,
  ];
  const findings = [...own, ...found];
  // Those that were judged have the digest with which they go.
  const bound = judgement.requests.length === requests.length ? judgement.requests : requests;
  const sent = requests.length === 0
    ? ["No request to Proxmox VE that changes anything"]
    : requestLines(action, bound);
  return {
    title: titleOf(action, findings),
    list: listOf(findings),
    // Masked by their fields alone: no value of a secret can hide what decides.
    asked: [...effectLines(guests, judgement), ...sent],
    notes: [
      ...notes,
      ...context.notes,
      ...(call.parsed.action.mayDestroy ? ["What the command itself does cannot be told"] : []),
      "Nothing was changed",
      // What this server itself refuses, no code does.
      ...(own.length === 0 && text !== undefined ? [text] : []),
    ],
  };
}
