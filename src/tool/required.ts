/**
 * What a call must hold, by the names that callers know.
 *
 * @module
 */
import type { OperationFact, ParamFact } from "../pve/api.ts";
import type { ArgValue } from "../pve/encode.ts";
import { aliasOf, callerName } from "./compatibility.ts";
import type { Action, ToolDefinition } from "./define.ts";
import { allFacts } from "./operation.ts";
import { memoized } from "../base/memoized.ts";
import { targetOf } from "./target.ts";

type Input = Readonly<Record<string, ArgValue>>;

/** True when the parameter belongs to some values of the operation's type property only. */
function isOfSomeTypes(operation: OperationFact, fact: ParamFact): boolean {
  const types = operation.params[operation.typeProperty ?? ""]?.enum ?? [];
  return fact.variants !== undefined && !types.every((type) => fact.variants?.includes(type));
}

/** True when the operation cannot do without the parameter, whatever the others are. */
function isRequiredBy(operation: OperationFact, name: string): boolean {
  const fact = operation.params[name];
  if (!fact) return false;
  if (fact.optional) return operation.path.includes(`{${name}}`);
  return !isOfSomeTypes(operation, fact);
}

/** Names that an operation demands for the given value of its type property. */
function requiredByType(operation: OperationFact, args: Input): string[] {
  const type = String(args[operation.typeProperty ?? ""]);
  return Object.entries(operation.params).filter(([, fact]) =>
    !fact.optional && fact.variants?.includes(type)
  ).map(([name]) => name);
}

function findRequired(tool: ToolDefinition, action: Action): readonly string[] {
  const target = targetOf(tool, action);
  const own = Object.entries(action.extraParams ?? {}).filter(([, param]) => param.required);
  const found = new Set([
    ...(target === "none" ? [] : ["node"]),
    ...(target === "guest" ? ["vmid"] : []),
    ...Object.keys(action.fixed ?? {}),
    ...Object.keys(action.defaults ?? {}),
    ...(action.suppliedByPrepare ?? []),
  ]);
  const facts = allFacts(action);
  const [first] = facts;
  const demanded = (name: string): boolean => facts.every((each) => isRequiredBy(each, name));
  const everywhere = Object.keys(action.run || !first ? {} : first.params).filter((name) =>
    !found.has(name) && demanded(name)
  ).map((name) => callerName(action, name));
  return [
    ...(target === "guest" ? ["vmid"] : []),
    ...new Set([...own.map(([name]) => name), ...(action.required ?? []), ...everywhere]),
  ];
}

/** A list of tools asks some six times for those of each action. */
const known = memoized((tool: ToolDefinition) =>
  memoized((action: Action) => findRequired(tool, action))
);

/** Names, as callers know them, that an action cannot do without. */
export function requiredNames(tool: ToolDefinition, action: Action): readonly string[] {
  return known(tool)(action);
}

/** The problem of what a call lacks. */
export const IS_MISSING = "is missing";

/** Names of what a call lacks. */
export function missingNames(
  tool: ToolDefinition,
  action: Action,
  args: Input,
  target: Readonly<Record<string, string>>,
): string[] {
  const byType = action.run
    ? []
    : allFacts(action).flatMap((each) => requiredByType(each, args)).map((name) =>
      callerName(action, name)
    );
  return [...requiredNames(tool, action), ...byType].filter((name) => {
    const pveName = aliasOf(action, name) ?? name;
    return args[pveName] === undefined && args[name] === undefined && target[name] === undefined;
  });
}
