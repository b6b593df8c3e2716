/**
 * The entry of a tool in `tools/list`: small, and portable between clients. What the name says is
 * not said again, what the server finds by itself is not listed.
 *
 * @module
 */
import type { ParamFact } from "../pve/api.ts";
import { requiredNames } from "../tool/required.ts";
import type { Action, OwnParam, ToolDefinition } from "../tool/define.ts";
import { isSingle } from "../tool/define.ts";
import { factOfParam } from "../tool/operation.ts";
import { targetOf } from "../tool/target.ts";

/** A JSON Schema as we use it: no references, no combinators, no bounds. */
export interface PropertySchema {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly items?: PropertySchema;
}

/** The schema of a tool's arguments. */
export interface InputSchema {
  readonly [key: string]: unknown;
  readonly type: "object";
  readonly properties: Record<string, PropertySchema>;
  readonly required?: string[];
}

/** A tool as `tools/list` has it. */
export interface ToolEntry {
  readonly [key: string]: unknown;
  readonly name: string;
  readonly description: string;
  readonly inputSchema: InputSchema;
  readonly annotations: {
    readonly title: string;
    readonly readOnlyHint: boolean;
    readonly destructiveHint: boolean;
  };
}

/** Choices worth listing; longer lists are told when a value is wrong. */
const MOST_CHOICES = 8;

function typeName(type: OwnParam["type"] | undefined): string {
  if (type === "size" || type === "memory" || type === "any" || type === undefined) return "string";
  return type;
}

function propertyOf(fact: ParamFact | OwnParam, words: string | undefined): PropertySchema {
  const listed = fact.enum && fact.enum.length <= MOST_CHOICES ? { enum: fact.enum } : {};
  return {
    type: typeName(fact.type),
    ...(words === undefined ? {} : { description: words }),
    ...listed,
    ...(fact.type === "array" ? { items: { type: typeName(fact.items?.type) } } : {}),
  };
}

/** Names of the parameters that an action shows, as callers know them. */
export function listedNames(tool: ToolDefinition, action: Action): string[] {
  const shown = (action.params ?? []).map((name) => {
    const alias = Object.entries(action.aliases ?? {}).find(([, to]) => to === name);
    return alias && factOfParam(action, alias[0]) === undefined ? alias[0] : name;
  });
  const own = Object.entries(action.own ?? {}).filter(([, param]) => !param.unlisted);
  const needed = requiredNames(tool, action).filter((name) => name !== "vmid");
  const target = targetOf(tool, action);
  const targetNames = target === "guest" ? ["vmid"] : target === "node" ? ["node"] : [];
  return [...new Set([...targetNames, ...needed, ...own.map(([name]) => name), ...shown])];
}

function factFor(action: Action, name: string): ParamFact | OwnParam {
  const own = action.own?.[name];
  if (own) return own;
  return factOfParam(action, action.aliases?.[name] ?? name) ?? { type: "string" };
}

/** `create, delete need volume; list needs storage`, leaving out what all actions need. */
function needsWords(
  needs: readonly (readonly [string, readonly string[]])[],
  common: ReadonlySet<string>,
): string {
  const groups = new Map<string, string[]>();
  for (const [action, names] of needs) {
    const special = names.filter((name) => !common.has(name)).join(", ");
    if (special !== "") groups.set(special, [...(groups.get(special) ?? []), action]);
  }
  return [...groups].map(([names, actions]) =>
    `${actions.join(", ")} ${actions.length === 1 ? "needs" : "need"} ${names}`
  ).join("; ");
}

function commonNames(lists: readonly (readonly string[])[]): Set<string> {
  const [first = []] = lists;
  return new Set(first.filter((name) => lists.every((each) => each.includes(name))));
}

/** The entry of a tool with the given actions of it. */
export function toolEntry(
  tool: ToolDefinition,
  actions: readonly (readonly [string, Action])[],
): ToolEntry {
  const properties: Record<string, PropertySchema> = {};
  const required: string[] = [];
  const needs = actions.map(([name, action]) => [name, requiredNames(tool, action)] as const);
  const common = commonNames(needs.map(([, names]) => names));
  if (!isSingle(tool)) {
    const discriminator = tool.discriminator ?? "action";
    const words = needsWords(needs, common);
    properties[discriminator] = {
      type: "string",
      enum: actions.map(([name]) => name),
      ...(words === "" ? {} : { description: words }),
    };
    if (tool.defaultAction === undefined) required.push(discriminator);
  }
  for (const [, action] of actions) {
    for (const name of listedNames(tool, action)) {
      properties[name] ??= propertyOf(
        name === "vmid" && targetOf(tool, action) === "guest"
          ? { type: "string" }
          : factFor(action, name),
        tool.words?.[name] ?? action.own?.[name]?.words,
      );
    }
  }
  required.push(...common);
  return {
    name: tool.name,
    description: tool.description,
    inputSchema: { type: "object", properties, ...(required.length > 0 ? { required } : {}) },
    annotations: {
      title: tool.title,
      readOnlyHint: actions.every(([, action]) => action.kind === "read"),
      destructiveHint: actions.some(([, action]) =>
        action.kind === "destroy" || action.mayDestroy || action.destroys
      ),
    },
  };
}
