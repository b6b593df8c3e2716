/**
 * Asks before something is lost. The question names the target as Proxmox VE describes it at that
 * moment; after the answer it is read again, and a target that changed meanwhile is refused.
 *
 * @module
 */
import { guestOperation } from "../pve/api.ts";
import type { Args } from "../pve/encode.ts";
import { type Guest, kindOf } from "../pve/guests.ts";
import { ToolError } from "../tool/answer.ts";
import { sanitizeLine } from "../base/text/sanitize.ts";
import type { CallInput } from "../tool/context.ts";
import type { ActionKind } from "../tool/define.ts";
import type { Services } from "../tool/services.ts";

/** What is about to be done. */
export interface PendingAction {
  /** The call in words: `proxmox_guest_snapshot delete`. */
  readonly call: string;
  readonly tool: string;
  readonly action: string;
  /** What it may call, `{type}` filled in. */
  readonly operations: readonly string[];
  readonly kind: ActionKind;
  readonly guest?: Guest;
  readonly node?: string;
  readonly args: Args;
  /** The arguments without secrets. */
  readonly redactedArgs: Readonly<Record<string, unknown>>;
  /** A text without the call's secrets. */
  readonly redact: (text: string) => string;
  /** What is lost, as the tool says. */
  readonly lossDescription: string;
}

/** What a target is at a moment; two of them are the same target when their texts are equal. */
async function describeTarget(
  services: Services,
  deed: PendingAction,
  signal: AbortSignal,
): Promise<string> {
  const { guest, node } = deed;
  if (!guest) return node === undefined ? "" : `node ${node}`;
  const operation = guestOperation("GET /nodes/{node}/{type}/{vmid}/status/current", guest.type);
  const args = { node: guest.node, vmid: guest.vmid };
  const { data } = await services.pve.request(operation, args, { signal });
  const status = data as Readonly<Record<string, unknown>>;
  const locked = status.lock ? `, locked (${status.lock})` : "";
  return sanitizeLine(
    `${kindOf(guest)} ${guest.vmid} "${
      status.name ?? guest.name
    }" on ${guest.node}, ${status.status}${locked}`,
  );
}

/** Arguments worth a person's look. */
function argumentText(args: Readonly<Record<string, unknown>>): string {
  const short = Object.entries(args).filter(([, value]) => String(value).length <= 120);
  return short.map(([name, value]) => `${name}=${sanitizeLine(String(value))}`).join(", ");
}

function question(deed: PendingAction, target: string): string {
  const args = argumentText(deed.redactedArgs);
  return [
    `${deed.call}${target === "" ? "" : ` on ${target}`}`,
    ...(args === "" ? [] : [`with ${args}`]),
    `Lost: ${deed.lossDescription}`,
    "Go on?",
  ].join("\n");
}

function refused(deed: PendingAction, reason: string): ToolError {
  return new ToolError(`${deed.call} was not confirmed`, {
    denied: true,
    reason,
    notes: ["Nothing was done"],
  });
}

/**
 * Asks where the settings and the client say so.
 *
 * @throws {ToolError} When the person refuses, cannot be asked though they must be, or the target
 * changed while they thought.
 */
export async function confirmAction(
  services: Services,
  deed: PendingAction,
  input: CallInput,
): Promise<void> {
  const { confirm } = services.config;
  if (confirm === "never") return;
  if (!input.ask) {
    if (confirm === "auto") return;
    throw refused(
      deed,
      "PROXMOX_CONFIRM=always asks a person first, and this client cannot ask: use a client with elicitation, or PROXMOX_CONFIRM=auto",
    );
  }
  const before = await describeTarget(services, deed, input.signal);
  const reply = await input.ask(question(deed, before));
  if (reply !== "accept") {
    throw refused(deed, reply === "decline" ? "The person declined" : "The person did not answer");
  }
  const after = await describeTarget(services, deed, input.signal);
  if (before !== after) {
    throw refused(deed, `It changed while the person was asked: it was ${before}, it is ${after}`);
  }
}
