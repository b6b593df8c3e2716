/**
 * Calls of what is newer than the facts: nobody knows what they take away, so they are elevated and
 * confirmed whatever they are, and refused where they name what is protected.
 *
 * @module
 */
import { defined } from "../base/defined.ts";
import { log } from "../base/process/log.ts";
import { parseBoolean } from "../base/text/boolean.ts";
import { errorMessage } from "../base/text/error_message.ts";
import { CallBudget } from "../base/async/call_budget.ts";
import { maskSecrets } from "../answer/mask.ts";
import { listAnswer } from "../answer/list.ts";
import { CallSecrets } from "../answer/secrets.ts";
import { audited } from "../guard/guard.ts";
import { confirmAction, planConfirmation } from "../guard/confirm.ts";
import { difference, type Judgement, judgeRequests, voided } from "../guard/judgement.ts";
import { refuseNamed, refuseProtected } from "../guard/protection.ts";
import { type PendingAction, question } from "../guard/question.ts";
import { CONFIRMATION_MS } from "../guard/seal.ts";
import { type Operation, operationFact, paramFact } from "../pve/api.ts";
import type { ArgValue } from "../pve/encode.ts";
import { PveError } from "../pve/errors.ts";
import type { Guest } from "../pve/guests.ts";
import { readAnswer } from "../pve/client.ts";
import { parseUpid } from "../pve/upid.ts";
import { type Answer, type Row, ToolError } from "../tool/answer.ts";
import type { CallInput } from "../tool/context.ts";
import { write } from "../tool/define.ts";
import { GATEWAY } from "../tool/gateway_names.ts";
import { onlyReads } from "../tool/only_reads.ts";
import { opens } from "../tool/server_rights.ts";
import type { Services } from "../tool/services.ts";
import { checkedValues, encodedPath, formOf, type Values } from "./unchecked_request.ts";

const METHODS = ["GET", "POST", "PUT", "DELETE"];
const UNKNOWN_LOSS = "what this takes away is not known: it is newer than the facts of this server";
const MUST_ASK = "What is not checked is confirmed, whatever PROXMOX_CONFIRM says";

/** An operation that is known, and the values that the path holds. */
export interface Match {
  readonly operation: Operation;
  readonly values: Readonly<Record<string, string>>;
}

/** What is called. */
export interface UncheckedCall {
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** What the facts know of it: the operation without the new parameters. */
  readonly match: Match | undefined;
}

function permit(services: Services, isDryRun: boolean): void {
  const { config } = services;
  const what = `${GATEWAY.call} unchecked`;
  if (config.readOnly) {
    throw onlyReads(`${what} may change something, and this server only reads`, config);
  }
  if (config.allowElevated || isDryRun) return;
  throw new ToolError(`${what} needs the elevated tier`, {
    kind: "denied",
    reason: opens("change", config),
    notes: ["Nothing was done"],
  });
}

/** Refuses what the facts know altogether: checked, it is safer. */
function refuseKnown(match: Match | undefined, names: readonly string[]): void {
  if (!match) return;
  const fact = operationFact(match.operation);
  const isKnown = fact.additional || names.every((name) => paramFact(fact, name));
  if (!isKnown) return;
  throw new ToolError(`${match.operation} is known, with all of these parameters`, {
    reason: "Leave out unchecked: then it is checked before it is sent",
    notes: ["Nothing was sent to Proxmox VE"],
  });
}

/** What is known of the loss: that of the known part, and that there may be more. */
async function judge(
  services: Services,
  match: Match | undefined,
  values: Values,
  named: readonly Guest[],
  signal: AbortSignal,
): Promise<Judgement> {
  const known = match && operationFact(match.operation);
  const args: Record<string, ArgValue> = { ...match?.values };
  for (const [name, texts] of Object.entries(values)) {
    if (known && paramFact(known, name)) args[name] = texts.length === 1 ? texts[0]! : texts;
  }
  const isChange = match !== undefined && !match.operation.startsWith("GET ");
  const requests = isChange ? [{ operation: match.operation, args }] : [];
  const judgement = await judgeRequests(services, requests, { signal });
  refuseProtected(services, judgement, match?.values.node);
  const others = named.filter(({ vmid }) => !judgement.guests.some((each) => each.vmid === vmid));
  return {
    ...judgement,
    // What is sent has more in it than the facts know.
    requests: [],
    guests: [...judgement.guests, ...others],
    losses: [
      ...judgement.losses,
      { what: UNKNOWN_LOSS, guests: named.map(({ vmid }) => vmid) },
    ],
  };
}

/** What Proxmox VE says of each parameter, which may repeat its value. */
function problemsOf({ errors }: PveError, secrets: CallSecrets): Record<string, string> {
  return Object.fromEntries(
    Object.entries(errors).map(([name, text]) => [name, secrets.redactText(text)]),
  );
}

/** Sends it; a failure says what Proxmox VE said, and no more than that is known. */
async function send(
  { pve }: Services,
  { method, path }: UncheckedCall,
  values: Values,
  secrets: CallSecrets,
  signal: AbortSignal,
): Promise<unknown> {
  const form = formOf(values);
  const inQuery = method === "GET" || method === "DELETE";
  const location = `${encodedPath(path)}${inQuery && form !== "" ? `?${form}` : ""}`;
  const type = { "Content-Type": "application/x-www-form-urlencoded" };
  const request = inQuery ? { method, headers: {} } : { method, headers: type, body: form };
  // Only named in errors, which are told here: the facts know nothing of it.
  const attempt = { operation: `${method} ${path}` as Operation, args: {} };
  try {
    const answer = await pve.send(
      attempt,
      location,
      request,
      { signal },
      (response) => readAnswer(attempt, response),
    );
    return answer.data;
  } catch (error) {
    signal.throwIfAborted();
    log("tool").debug(`Unchecked ${method} failed: ${errorMessage(error)}`);
    const refused = error instanceof PveError && (error.status < 500 || error.status === 501);
    throw new ToolError(`Cannot do ${method} ${path}`, {
      reason: secrets.redactText(errorMessage(error)),
      ...(error instanceof PveError ? { parameters: problemsOf(error, secrets) } : {}),
      notes: [
        ...(error instanceof PveError ? [`Proxmox VE answered ${error.status}`] : []),
        ...(method === "GET" || refused
          ? []
          : ["Whether it was done is not known: look at the state before trying again"]),
      ],
    });
  }
}

function answerOf(title: string, data: unknown): Answer {
  const masked = maskSecrets(data, []);
  if (Array.isArray(masked) && masked.every((row) => typeof row === "object" && row !== null)) {
    return listAnswer(masked as Row[], {}, {}, title);
  }
  const upid = parseUpid(data)?.upid;
  return {
    title,
    ...(masked === null || masked === undefined || masked === ""
      ? {}
      : { object: typeof masked === "object" ? { ...masked } : { result: masked } }),
    ...(upid === undefined
      ? {}
      : { notes: [`proxmox_node_task action=wait upid=${upid} waits for its end`] }),
  };
}

/**
 * Calls what the facts do not know.
 *
 * @throws {ToolError} When it is refused, or Proxmox VE refuses it.
 */
export async function callUnchecked(
  services: Services,
  call: UncheckedCall,
  input: CallInput,
): Promise<Answer> {
  const { confirm, dry_run, ...params } = call.params;
  const isDryRun = parseBoolean(String(dry_run ?? false));
  if (isDryRun === undefined) {
    throw new ToolError(`Cannot call ${GATEWAY.call} with these arguments`, {
      reason: "Nothing was sent to Proxmox VE",
      parameters: { dry_run: "expected true or false" },
    });
  }
  permit(services, isDryRun);
  const { method, path, match } = call;
  if (!METHODS.includes(method)) {
    throw new ToolError(`Cannot call ${method}`, { reason: `There is ${METHODS.join(", ")}` });
  }
  encodedPath(path);
  refuseKnown(match, Object.keys(params));
  const values = checkedValues(params, match && operationFact(match.operation));
  const secrets = new CallSecrets(write(match?.operation ?? "PUT /cluster/options"), params);
  const title = `${method} ${path}`;
  const pending: PendingAction = {
    call: `${GATEWAY.call} unchecked ${title}`,
    tool: GATEWAY.call,
    action: `unchecked ${title}`,
    args: params,
    mask: (each) => secrets.maskArguments(each),
    redact: (text) => secrets.redactText(text),
    ...defined({
      cluster: services.config.cluster,
      code: typeof confirm === "string" && confirm !== "" ? confirm : undefined,
    }),
  };
  using budget = new CallBudget(services.clock, input.signal, services.config.taskWait);
  const { signal } = budget;
  const { ask } = input;
  const asking: CallInput = ask
    ? { ...input, ask: (text, seal) => budget.pauseDuring(() => ask(text, seal)) }
    : input;
  const check = async (): Promise<Judgement> => {
    const texts = [path, ...Object.values(values).flat()];
    const named = await refuseNamed(services, texts, signal);
    return await judge(services, match, values, named, signal);
  };
  if (isDryRun) {
    const judgement = await check();
    const plan = await planConfirmation(services, pending, judgement, asking, {
      mustAsk: MUST_ASK,
    });
    return secrets.redactAnswer({
      title: `Dry run of ${pending.call}: nobody knows what stands against it`,
      asked: question(pending, judgement).split("\n").slice(0, -1),
      notes: [
        "Nothing was changed",
        services.config.allowElevated
          ? plan.refusedFor ?? plan.text ?? ""
          : `It needs the elevated tier. ${opens("change", services.config)}`,
      ],
    });
  }
  const done = await audited(services, pending, [], { user: undefined }, async () => {
    const began = services.clock.monotonic();
    const confirmed = await check();
    await confirmAction(services, pending, confirmed, asking, { mustAsk: MUST_ASK });
    const now = await check(); // Somebody may have taken minutes to answer.
    const reason = services.clock.monotonic() - began >= CONFIRMATION_MS
      ? "It was asked about more than ten minutes ago"
      : difference(confirmed, now);
    if (reason !== undefined) throw voided(pending.call, reason, false);
    return answerOf(title, await send(services, call, values, secrets, signal));
  });
  return secrets.redactAnswer(done);
}
