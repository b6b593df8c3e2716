/**
 * Makes the arguments of an operation from those of the call, and refuses what the operation does
 * not have and what it cannot do without.
 *
 * @module
 */
import { defined } from "../base/defined.ts";
import { type Operation, operationFact, paramFact } from "../pve/api.ts";
import type { Args, ArgValue } from "../pve/encode.ts";
import { lookup } from "../base/lookup.ts";
import { ToolError } from "../tool/answer.ts";
import type { Action, ToolDefinition } from "../tool/define.ts";
import { callerName } from "../tool/compatibility.ts";
import { factOfParam, selectOperation } from "../tool/operation.ts";
import type { ResolvedTarget } from "./resolve.ts";

/** What only the tool knows out, the target in. */
function translate(action: Action, operation: Operation, args: Args, target: ResolvedTarget): Args {
  const fact = operationFact(operation);
  const placeArgs: Record<string, ArgValue> = defined({
    node: target.node,
    vmid: target.guest?.vmid,
  });
  const result: Record<string, ArgValue | undefined> = {};
  for (const [name, value] of Object.entries({ ...args, ...placeArgs })) {
    if (fact.path.includes(`{${name}}`) || isSent(operation, action, name)) result[name] = value;
  }
  return result;
}

/** True for what the operation knows; one that takes unknown names never gets the tool's own. */
function isSent(operation: Operation, action: Action, name: string): boolean {
  const fact = operationFact(operation);
  if (paramFact(fact, name)) return true;
  return fact.additional && !Object.hasOwn(action.extraParams ?? {}, name);
}

function accepts(operation: Operation, name: string): boolean {
  const fact = operationFact(operation);
  return paramFact(fact, name) !== undefined || fact.additional;
}

/**
 * The arguments as the operation takes them.
 *
 * @throws {ToolError} When the operation does not have one, or cannot do without one.
 */
export function requestArgs(
  tool: ToolDefinition,
  action: Action,
  operation: Operation,
  args: Args,
  target: ResolvedTarget,
): Args {
  checkForType(operation, action, args, target);
  const sent = translate(action, operation, args, target);
  checkComplete(tool, action, operation, sent);
  return sent;
}

/** What chose the operation: the type of the guest, or the value of a parameter. */
function kindText(
  action: Action,
  operation: Operation,
  args: Args,
  target: ResolvedTarget,
): string {
  if (target.guest) return target.guest.type === "lxc" ? "containers" : "VMs";
  const ref = action.operation;
  if (typeof ref === "string" || !("operations" in ref)) return operation;
  return `${ref.param}=${args[ref.param]}`;
}

/** What one kind of guest has in place of what another has: its name, and what to do with it. */
const COUNTERPARTS: Readonly<Record<string, readonly [name: string, next: string]>> = {
  name: ["hostname", 'there it is "hostname"'],
  hostname: ["name", 'there it is "name"'],
  force: ["purge", "stop it first; purge=true takes it out of jobs and HA as well"],
};

/**
 * Refuses arguments that only guests of the other type have, where an action itself makes the
 * requests.
 *
 * @throws {ToolError} When there is one.
 */
export function checkForGuest(action: Action, args: Args, target: ResolvedTarget): void {
  const { operation } = action;
  if (!target.guest || typeof operation !== "string" || !operation.includes("{type}")) return;
  checkForType(selectOperation(action, target.guest.type, args), action, args, target);
}

/** Refuses arguments that only another kind has. */
function checkForType(
  operation: Operation,
  action: Action,
  args: Args,
  target: ResolvedTarget,
): void {
  const onlyOurs = (name: string): boolean => {
    const own = lookup(action.extraParams, name);
    return own !== undefined && (own.elsewhere || factOfParam(action, name) === undefined);
  };
  const strange = Object.keys(args).filter((name) =>
    !onlyOurs(name) && !accepts(operation, name) &&
    !Object.hasOwn(action.defaults ?? {}, name) && !Object.hasOwn(action.fixed ?? {}, name)
  );
  if (strange.length === 0) return;
  const kind = kindText(action, operation, args, target);
  const otherwise = (name: string): string => {
    const [twin, next] = lookup(COUNTERPARTS, name) ?? [];
    return twin !== undefined && accepts(operation, twin) ? `: ${next}` : "";
  };
  throw new ToolError(`Cannot use ${strange.map((name) => `"${name}"`).join(", ")} here`, {
    reason: `Proxmox VE does not have it for ${kind}`,
    parameters: Object.fromEntries(
      strange.map((name) => [name, `not for ${kind}${otherwise(name)}`]),
    ),
    notes: ["Nothing was done"],
  });
}

/** Names what the operation demands and nobody gave, now that it is clear which one it is. */
function checkComplete(
  tool: ToolDefinition,
  action: Action,
  operation: Operation,
  sent: Args,
): void {
  const fact = operationFact(operation);
  const missing = Object.entries(fact.params).filter(([name, param]) =>
    sent[name] === undefined && (!param.optional || fact.path.includes(`{${name}}`)) &&
    !param.variants && !param.instanceTypes
  ).map(([name]) => callerName(action, name));
  if (missing.length === 0) return;
  throw new ToolError(`Cannot call ${tool.name} with these arguments`, {
    reason: "Nothing was sent to Proxmox VE",
    parameters: Object.fromEntries(missing.map((name) => [name, "is missing"])),
  });
}
