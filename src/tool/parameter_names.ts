/**
 * The names that an action accepts, and those that it shows.
 *
 * @module
 */
import type { ParamFact } from "../pve/api.ts";
import { aliasNames, aliasOf, callerName } from "./compatibility.ts";
import type { Action, ExtraParam, ToolDefinition } from "./define.ts";
import { allFacts, allOperations, factOfParam, onlyGuestType, startsTask } from "./operation.ts";
import { requiredNames } from "./required.ts";
import { targetOf } from "./target.ts";

const LIST_OPTIONS: Readonly<Record<string, ExtraParam>> = {
  limit: { type: "integer", minimum: 1, maximum: 10_000 },
  offset: { type: "integer", minimum: 0 },
  filter: { type: "string", maxLength: 500 },
  fields: { type: "array", items: { type: "string" } },
  sort: { type: "array", items: { type: "string" } },
  group: { type: "array", items: { type: "string" } },
};
/** What every change takes: to be told what it would do, and the code with which it does just that. */
const CHANGE_OPTIONS: Readonly<Record<string, ExtraParam>> = {
  dry_run: { type: "boolean" },
  confirm: { type: "string", maxLength: 200 },
};
const WAIT_OPTION: ExtraParam = { type: "integer", minimum: 0, maximum: 86_400 };

/** How the caller wants the answer: a page of a list, the time to wait for a task. */
export function answerOptionParams(action: Action): Record<string, ExtraParam> {
  const taken = (name: string): boolean =>
    factOfParam(action, name) !== undefined || Object.hasOwn(action.extraParams ?? {}, name) ||
    aliasOf(action, name) !== undefined;
  const offered = action.kind === "read" ? { ...LIST_OPTIONS } : {};
  const all: Record<string, ExtraParam> =
    action.kind === "read" && !startsTask(action) && !action.run
      ? offered
      : { ...offered, wait: WAIT_OPTION };
  if (action.kind !== "read") Object.assign(all, CHANGE_OPTIONS);
  return Object.fromEntries(Object.entries(all).filter(([name]) => !taken(name)));
}

/** Names that fill in the target; not sent as they are. A `type` of the operation's own is none. */
export function targetNames(tool: ToolDefinition, action: Action): string[] {
  switch (targetOf(tool, action)) {
    case "guest":
    case "maybeGuest":
      return onlyGuestType(action) && factOfParam(action, "type")
        ? ["vmid", "node"]
        : ["vmid", "node", "type"];
    case "none":
      return [];
    default:
      return ["node"];
  }
}

/** Every name that an action accepts, those that most callers want first. */
export function acceptedNames(tool: ToolDefinition, action: Action): string[] {
  const fixed = Object.keys(action.fixed ?? {});
  const own = Object.entries(action.extraParams ?? {});
  const facts = allFacts(action).flatMap((fact) => Object.keys(fact.params));
  const names = [
    ...requiredNames(tool, action),
    ...own.filter(([, { unlisted }]) => !unlisted).map(([name]) => name),
    ...(action.params ?? []),
    ...targetNames(tool, action),
    ...own.map(([name]) => name),
    ...aliasNames(action),
    ...facts.filter((name) => !fixed.includes(name)),
    ...Object.keys(answerOptionParams(action)),
  ];
  return [...new Set(names)];
}

/** Names of the parameters that an action shows, as callers know them. */
export function listedNames(tool: ToolDefinition, action: Action): string[] {
  const listed = (action.params ?? []).map((name) => callerName(action, name));
  const own = Object.entries(action.extraParams ?? {}).filter(([, param]) => !param.unlisted);
  const needed = requiredNames(tool, action).filter((name) => name !== "vmid");
  const target = targetOf(tool, action);
  // Of a tool that is about a guest only where one is named, the description says so.
  const found = target === "guest" ? ["vmid"] : target === "node" ? ["node"] : [];
  const options = action.listsDryRun ? ["dry_run"] : [];
  return [...new Set([...found, ...needed, ...own.map(([name]) => name), ...listed, ...options])];
}

/** The fact of a parameter that an action shows, by the name that callers know. */
export function listedFact(action: Action, name: string): ParamFact | ExtraParam {
  return action.extraParams?.[name] ?? factOfParam(action, aliasOf(action, name) ?? name) ??
    CHANGE_OPTIONS[name] ?? { type: "string" };
}

/** Names that are told when a caller's is none of them. */
const MAX_NAMED = 15;

/** What an action takes, in words. */
export function acceptedNamesText(tool: ToolDefinition, action: Action): string {
  const names = acceptedNames(tool, action);
  const [operation = ""] = allOperations(action);
  const more = names.length - MAX_NAMED;
  const sentence = `It takes ${names.slice(0, MAX_NAMED).join(", ")}`;
  return more <= 0
    ? sentence
    : `${sentence} and ${more} more, which proxmox_api_search query="${operation}" lists`;
}
