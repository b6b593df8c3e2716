/**
 * Makes the actions of a new tool of the operations that it is to call: their names, what they do
 * to the cluster, and what the API facts know of their parameters and columns.
 *
 * @module
 */
import {
  type GuestOperation,
  guestOperation,
  isOperation,
  type Operation,
  operationFact,
  operationNames,
  type ParamFact,
} from "../../src/pve/api.ts";
import { didYouMean } from "../../src/base/text/nearest.ts";
import type { ActionKind, AnyOperation } from "../../src/tool/define.ts";

/** An action of a new tool. */
export interface NewAction {
  readonly name: string;
  readonly kind: ActionKind;
  readonly operation: AnyOperation;
  /** Parameters that a call cannot do without, those of the path first. */
  readonly required: Readonly<Record<string, ParamFact>>;
  /** What Proxmox VE takes besides. */
  readonly optional: readonly string[];
  /** Columns of the list that it answers, as far as Proxmox VE states them; none when it is no list. */
  readonly columns: readonly string[];
}

/** What an operation answers, as facts/pve-api-9.2.json has it. */
export interface Returned {
  readonly type?: string;
  readonly items?: { readonly properties?: Readonly<Record<string, unknown>> };
}

/** What operations answer, by operation. */
export type ReturnedBy = (operation: Operation) => Returned | undefined;

/** The operation itself, or that of VMs where `{type}` stands for both types of guests. */
function factsName(operation: AnyOperation): Operation {
  return operation.includes("/{type}/{vmid}")
    ? guestOperation(operation as GuestOperation, "qemu")
    : operation as Operation;
}

/** The operation that a name means. */
function known(name: string): AnyOperation {
  const ofBoth = name.includes("/{type}/{vmid}");
  const all = ofBoth ? ["qemu", "lxc"].map((type) => name.replace("{type}", type)) : [name];
  const unknown = all.find((each) => !isOperation(each));
  if (unknown === undefined) return name as AnyOperation;
  throw new TypeError(
    `Cannot find operation "${unknown}" in the API facts.` +
      didYouMean(unknown, operationNames(), 3),
  );
}

/** The last part of an operation's path that is no placeholder, as a name. */
function lastSegment(operation: string): string {
  return operation.split("/").findLast((part) => part !== "" && !part.startsWith("{"))!
    .replaceAll("-", "_");
}

/** What an operation does, in the words that the actions of other tools have for it. */
function verb(operation: Operation, returned: Returned | undefined): string {
  const [method, path = ""] = operation.split(" ");
  if (method === "DELETE") return "delete";
  if (method === "PUT") return "update";
  if (method === "GET") return returned?.type === "array" ? "list" : "get";
  const isCollection = operationNames().some((each) => each.split(" ")[1]?.startsWith(`${path}/{`));
  return isCollection || path.endsWith("}") ? "create" : lastSegment(path);
}

function kindOf(operation: string): ActionKind {
  return operation.startsWith("GET ") ? "read" : "write";
}

/** Names of actions: `default` alone, a verb, or a verb and what it is about where two are alike. */
function actionNames(operations: readonly AnyOperation[], returnedBy: ReturnedBy): string[] {
  if (operations.length === 1) return ["default"];
  const verbs = operations.map(factsName).map((each) => verb(each, returnedBy(each)));
  const names = verbs.map((each, index) =>
    verbs.filter((other) => other === each).length === 1
      ? each
      : `${each}_${lastSegment(operations[index]!)}`
  );
  for (const [index, name] of names.entries()) {
    const other = names.indexOf(name);
    if (other === index) continue;
    throw new TypeError(
      `Cannot tell "${operations[other]}" from "${operations[index]}": both would be the action ` +
        `"${name}". Operations of VMs and containers are one with {type} in place of qemu and lxc`,
    );
  }
  return names;
}

/**
 * The actions that call these operations, in this order.
 *
 * @throws {TypeError} When Proxmox VE has no such operation, or two would be the same action.
 */
export function actionsOf(operations: readonly string[], returnedBy: ReturnedBy): NewAction[] {
  const all = operations.map(known);
  const names = actionNames(all, returnedBy);
  return all.map((operation, index) => {
    const name = factsName(operation);
    const { params, path } = operationFact(name);
    const isOfGuest = path.includes("{vmid}");
    const needed = ([param, { optional }]: [string, ParamFact]): boolean =>
      path.includes(`{${param}}`) || !optional;
    const entries = Object.entries(params).filter(([param]) => !(isOfGuest && param === "node"));
    const returned = returnedBy(name);
    return {
      name: names[index]!,
      kind: kindOf(operation),
      operation,
      required: Object.fromEntries([
        ...entries.filter(([param]) => path.includes(`{${param}}`)),
        ...entries.filter(needed),
      ]),
      optional: entries.filter((each) => !needed(each)).map(([param]) => param),
      columns: returned?.type === "array" ? Object.keys(returned.items?.properties ?? {}) : [],
    };
  });
}
