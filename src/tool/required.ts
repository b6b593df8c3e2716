/**
 * What a call must hold, by the names that callers know.
 *
 * @module
 */
import type { ArgValue } from "../pve/encode.ts";
import type { Action, ToolDefinition } from "./define.ts";
import { allFacts, factOfParam } from "./operation.ts";
import { targetOf } from "./target.ts";

/** The caller's name of a parameter of PVE. */
export function callerName(action: Action, pveName: string): string {
  const alias = Object.entries(action.aliases ?? {}).find(([, to]) => to === pveName);
  return alias && factOfParam(action, alias[0]) === undefined ? alias[0] : pveName;
}

/** Names, as callers know them, that an action cannot do without. */
export function requiredNames(tool: ToolDefinition, action: Action): string[] {
  const target = targetOf(tool, action);
  const own = Object.entries(action.own ?? {}).filter(([, param]) => param.required);
  const found = new Set([
    ...(target === "none" ? [] : ["node"]),
    ...(target === "guest" ? ["vmid"] : []),
    ...Object.keys(action.fixed ?? {}),
    ...Object.keys(action.defaults ?? {}),
    ...(action.filled ?? []),
  ]);
  const facts = allFacts(action);
  const [first] = facts;
  const demanded = (name: string): boolean =>
    facts.every(({ params }) => params[name] !== undefined && !params[name].optional);
  const everywhere = Object.keys(action.run || !first ? {} : first.params).filter((name) =>
    demanded(name) && !found.has(name)
  ).map((name) => callerName(action, name));
  return [
    ...(target === "guest" ? ["vmid"] : []),
    ...new Set([...own.map(([name]) => name), ...(action.required ?? []), ...everywhere]),
  ];
}

/** Names of what a call lacks. */
export function missingNames(
  tool: ToolDefinition,
  action: Action,
  args: Readonly<Record<string, ArgValue>>,
  target: Readonly<Record<string, string>>,
): string[] {
  return requiredNames(tool, action).filter((name) => {
    const pveName = action.aliases?.[name] ?? name;
    return args[pveName] === undefined && args[name] === undefined && target[name] === undefined;
  });
}
