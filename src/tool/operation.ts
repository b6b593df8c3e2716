/**
 * Which operation of PVE an action means for given arguments, and what is known of its parameters.
 *
 * @module
 */
import {
  type GuestOperation,
  guestOperation,
  hasTask,
  isOperation,
  type Operation,
  type OperationFact,
  operationFact,
  type ParamFact,
  paramFact,
} from "../pve/api.ts";
import { memoized } from "../base/memoized.ts";
import { type Action, operationsOf } from "./define.ts";

/** `qemu` or `lxc`, PVE's words for the two types of guests. */
export type GuestType = "qemu" | "lxc";

function withGuestType(name: string, type: GuestType): Operation {
  return name.includes("{type}") ? guestOperation(name as GuestOperation, type) : name as Operation;
}

/** The operations of these names, where one stands for both types of guests. */
function ofBothTypes(names: readonly string[]): readonly Operation[] {
  const operations = names.flatMap((name) =>
    name.includes("{type}")
      ? [withGuestType(name, "qemu"), withGuestType(name, "lxc")].filter(isOperation)
      : [name as Operation]
  );
  return [...new Set(operations)];
}

/** All operations of PVE that an action can mean; one call asks some thirty times. */
export const allOperations: (action: Action) => readonly Operation[] = memoized((action) =>
  ofBothTypes(operationsOf(action))
);

/** Other operations that an action calls. */
export function usedOperations({ uses = [] }: Action): readonly Operation[] {
  return ofBothTypes(uses);
}

/** What an action lists, where it is of one kind. */
export function contentOf({ content, fixed }: Action): unknown {
  return content ?? fixed?.content;
}

/** Facts of all operations that an action can mean. */
export const allFacts: (action: Action) => readonly OperationFact[] = memoized((action) =>
  allOperations(action).map(operationFact)
);

/** The operation for a guest of this type and these arguments. */
export function selectOperation(
  action: Action,
  type: GuestType,
  args: Readonly<Record<string, unknown>>,
): Operation {
  const { operation } = action;
  if (typeof operation === "string") return withGuestType(operation, type);
  if ("vm" in operation) return type === "qemu" ? operation.vm : operation.lxc;
  if ("given" in operation) {
    const { param, given, otherwise } = operation;
    return withGuestType(args[param] === undefined ? otherwise : given, type);
  }
  const chosen = operation.operations[String(args[operation.param])];
  if (!chosen) throw new TypeError(`Cannot choose an operation by "${operation.param}"`);
  return chosen;
}

/** The first fact of a parameter among the operations of an action. */
export function factOfParam(action: Action, name: string): ParamFact | undefined {
  for (const fact of allFacts(action)) {
    const found = paramFact(fact, name);
    if (found) return found;
  }
  return undefined;
}

/** What a parameter is for each kind of guest, where that differs: `net0` of VMs and containers. */
export function factsByGuestType(action: Action, name: string): Map<string, ParamFact> {
  const found = new Map<string, ParamFact>();
  for (const fact of allFacts(action)) {
    const param = paramFact(fact, name);
    const kind = fact.path.includes("/lxc/{vmid}") ? "containers" : "VMs";
    if (param && !found.has(kind)) found.set(kind, param);
  }
  return found;
}

/** True when all operations of an action are for one type of guest; undefined for both. */
export function onlyGuestType(action: Action): GuestType | undefined {
  const paths = allFacts(action).map((fact) => fact.path);
  if (paths.every((path) => path.includes("/qemu/{vmid}"))) return "qemu";
  return paths.every((path) => path.includes("/lxc/{vmid}")) ? "lxc" : undefined;
}

/** True when the action starts a task whose end can be waited for. */
export function startsTask(action: Action): boolean {
  return allFacts(action).some(hasTask);
}
