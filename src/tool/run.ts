/**
 * The one path of every call: read the arguments → permit → find the target → request → wait →
 * answer. Whoever called renders it.
 *
 * @module
 */
import type { Deed } from "../guard/confirm.ts";
import { guarded } from "../guard/guard.ts";
import { lossOf } from "../guard/losses.ts";
import { log } from "../log.ts";
import { cleanLine } from "../clean.ts";
import { PveError } from "../pve/errors.ts";
import { refusesTokens } from "../pve/api.ts";
import { describeGuest } from "../pve/guests.ts";
import { absentHint } from "./absent.ts";
import { acceptArguments, type Accepted } from "./accept.ts";
import { type Answer, ToolError } from "./answer.ts";
import { chooseAction, type Chosen } from "./choose_action.ts";
import type { CallContext, CallInput, Services } from "./context.ts";
import type { ToolDefinition } from "./define.ts";
import { askUntil } from "../ask_until.ts";
import { CallBudget, CallOverError } from "../call_budget.ts";
import { Asking } from "./asking.ts";
import { DOOR } from "./door_names.ts";
import { emptyHints } from "./empty.ts";
import { explain } from "./explain.ts";
import { resolveGuestWords } from "./guest_words.ts";
import { despiteLocks } from "./locks.ts";
import { type Call, makeContext } from "./make_context.ts";
import { allFacts, allOperations, chooseOperation } from "./operation.ts";
import { type RegisteredTool, tierOf } from "./registry.ts";
import { requestArgs } from "./request_args.ts";
import { callWords, fill, performRequest } from "./respond.ts";
import { Secrets } from "./secrets.ts";
import { findTarget, type Found } from "./target.ts";
import { MOVED } from "./word_lessons.ts";

/** What an operation takes away that no tool knows. */
const UNKNOWN_LOSS = "what this operation removes, stops or replaces";

/** Seconds after which the list of guests surely knows where one has moved to. */
const LIST_AGE = 12;

/** Refuses what the tier does not allow, or what no API token may do. */
function permit(services: Services, { category, tool }: RegisteredTool, chosen: Chosen): void {
  const { action } = chosen;
  const which = callWords(tool, chosen.actionName);
  const elevated = tierOf(category, action) === "elevated";
  if (elevated && services.config.READ_ONLY) {
    throw new ToolError(`${which} changes something, and this server only reads`, {
      denied: true,
      reason: "PROXMOX_READ_ONLY=true is set in its environment",
      notes: ["Nothing was done"],
    });
  }
  if (elevated && !services.config.ALLOW_ELEVATED) {
    throw new ToolError(`${which} needs the elevated tier`, {
      denied: true,
      reason:
        "To allow it, set PROXMOX_ALLOW_ELEVATED=true in the environment of this server and start it again",
      notes: ["Nothing was done"],
    });
  }
  const facts = allFacts(action);
  if (!action.run && facts.every(refusesTokens)) {
    throw new ToolError(`${which} cannot be done with an API token`, {
      reason: "Proxmox VE allows it only to root@pam logged in with a password",
      notes: ["Nothing was sent; it can be done in the web interface or on the node's shell"],
    });
  }
}

async function callOperation(
  context: CallContext,
  accepted: Accepted,
  tool: ToolDefinition,
  found: Found,
): Promise<Answer> {
  const { action } = accepted;
  const args = action.prepare ? await action.prepare(accepted.args, context) : accepted.args;
  const operation = chooseOperation(action, found.guest?.type ?? "qemu", args);
  const sent = requestArgs(tool, action, operation, args, found);
  return await performRequest(context, { tool, accepted, found, operation, args }, sent);
}

async function perform(call: Call): Promise<Answer> {
  const { services, registered: { tool }, accepted, input, asking, heard } = call;
  const { action, target, args } = accepted;
  const find = (): Promise<Found> =>
    findTarget(services, tool, action, target, args, asking.options);
  const found = await find();
  try {
    return await performOn(call, found);
  } catch (error) {
    if (!movedAway(error) || asking.changed) throw error;
    const lookAgain = (): Promise<Found> => {
      services.guests.forget();
      return find();
    };
    const elsewhere = ({ node }: Found): boolean => node !== found.node;
    const again = await askUntil({ ...services, ...input }, lookAgain, elsewhere, LIST_AGE);
    if (!elsewhere(again)) throw error;
    heard.push(`It had moved from ${found.node} to ${again.node}`);
    return await performOn(call, again);
  }
}

/** True when the guest was not where it was looked for: that request did nothing. */
function movedAway(error: unknown): boolean {
  return error instanceof PveError &&
    MOVED.test(error.message);
}

async function performOn(call: Call, found: Found): Promise<Answer> {
  const { services, registered: { category, tool }, accepted, input, secrets, heard } = call;
  const { action } = accepted;
  const context = makeContext(call, found);
  const work = (): Promise<Answer> => inTurn(context, call, found);
  const elevated = tierOf(category, action) === "elevated";
  const deed = deedOf(tool, accepted, found, secrets);
  const answer = elevated ? await guarded(services, deed, input, heard, work) : await work();
  const note = typeof action.note === "function" ? action.note(answer) : action.note;
  const notes = [
    ...(answer.notes ?? []),
    ...heard,
    ...(note === undefined ? [] : [fill(note, accepted.args, found)]),
    ...(answer.list
      ? emptyHints(answer.list, { ...accepted, args: secrets.value(accepted.args) })
      : []),
  ];
  return { ...answer, notes };
}

/** Does what the action says; changes to one guest wait for each other, and for passing locks. */
async function inTurn(context: CallContext, call: Call, found: Found): Promise<Answer> {
  const { asking, accepted, registered: { tool } } = call;
  const { action, args } = accepted;
  const { guest } = found;
  if (action.kind === "read" || !guest) return await attempt();
  const work = (): Promise<Answer> =>
    action.run ? attempt() : despiteLocks(context, guest, attempt);
  try {
    return await context.budget.within((signal) =>
      context.turns.take(String(guest.vmid), signal, work)
    );
  } catch (error) {
    if (!(error instanceof CallOverError) || asking.begun) throw error;
    throw new ToolError(`Other calls are still changing ${describeGuest(guest)}`, {
      reason: "Changes to one guest wait for each other, and the time of this call was over before",
      notes: ["Nothing was done"],
    });
  }

  async function attempt(): Promise<Answer> {
    asking.begin();
    if (action.run) return await action.run(context, args);
    return await callOperation(context, accepted, tool, found);
  }
}

function deedOf(
  tool: ToolDefinition,
  accepted: Accepted,
  found: Found,
  secrets: Secrets,
): Deed {
  const { action, actionName, args } = accepted;
  const operations = allOperations(action);
  const loss = action.kind === "read" ? undefined : lossOf(operations, args);
  const throughDoor = tool.name === DOOR.call;
  return {
    call: throughDoor ? `${tool.name} ${tool.title}` : callWords(tool, actionName),
    tool: tool.name,
    action: throughDoor ? tool.title : actionName,
    operations,
    kind: loss !== undefined || action.destroys?.(args) ? "destroy" : action.kind,
    args,
    shown: secrets.value(args),
    say: (text) => secrets.text(text),
    loses: (action.kind === "destroy" ? action.loses : loss) ?? UNKNOWN_LOSS,
    ...(found.guest ? { guest: found.guest } : {}),
    ...(found.node === undefined ? {} : { node: found.node }),
  };
}

/** What comes with the call: in its time, hearing no secrets, and nothing that steers a terminal. */
function careful(input: CallInput, budget: CallBudget, secrets: Secrets): CallInput {
  const { ask, progress } = input;
  return {
    signal: budget.signal,
    ...(ask ? { ask: (question) => budget.standStill(() => ask(question)) } : {}),
    ...(progress
      ? { progress: (words, percent) => progress(cleanLine(secrets.text(words)), percent) }
      : {}),
  };
}

/**
 * Calls a tool; every failure is an answer that says what happened. No answer leaves it but through
 * the secrets' hands.
 */
export async function answerTool(
  services: Services,
  registered: RegisteredTool,
  raw: unknown,
  input: CallInput,
): Promise<Answer> {
  const { tool } = registered;
  let which: string = tool.name;
  let chosen: Chosen | undefined;
  let secrets: Secrets | undefined;
  const heard: string[] = [];
  using budget = new CallBudget(services.clock, input.signal, services.config.TASK_WAIT);
  const asking = new Asking(services.pve, budget);
  try {
    chosen = chooseAction(tool, raw);
    secrets = new Secrets(chosen.action, raw);
    which = callWords(tool, chosen.actionName);
    permit(services, registered, chosen);
    const given = acceptArguments(tool, raw);
    if (given.view.wait !== undefined) budget.allow(given.view.wait);
    const args = await resolveGuestWords(given.action, given.args, services.guests, budget.signal);
    const accepted = { ...given, args };
    secrets.given(accepted.args);
    heard.push(...accepted.notes);
    const call = {
      ...{ services, registered, accepted, asking, secrets, heard },
      input: careful(input, budget, secrets),
    };
    const answer = await perform(call);
    return secrets.answer({ ...answer, notes: [...(answer.notes ?? []), ...asking.notes] });
  } catch (error) {
    const attempted = chosen && { kind: chosen.action.kind, begun: asking.begun };
    const answer = explain(error, `Cannot do ${which}`, attempted);
    const told = [...(answer.notes ?? []), ...absentHint(tool, chosen?.actionName ?? "", error)];
    const whole = { ...answer, notes: [...told, ...heard, ...asking.notes] };
    const discreetly = secrets?.answer(whole) ?? whole;
    const reason = discreetly.failure?.reason ?? "";
    log("tool").debug(`${which} failed: ${discreetly.title}: ${reason}`);
    return discreetly;
  }
}
