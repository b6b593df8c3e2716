/**
 * The entry of a tool in `tools/list`: small, and portable between clients. What the name says is
 * not said again, what the server finds by itself is not listed.
 *
 * @module
 */
import { defined } from "../base/defined.ts";
import { isNamed, whenTaking } from "../pve/effects/effects.ts";
import type { ParamFact } from "../pve/api.ts";
import { type Action, type ExtraParam, soleAction, type ToolDefinition } from "./define.ts";
import { listedFact, listedNames } from "./parameter_names.ts";
import { allOperations } from "./operation.ts";
import { requiredNames } from "./required.ts";
import { targetOf } from "./target.ts";

/** A JSON Schema as we use it: no references, no combinators, no bounds. */
export interface PropertySchema {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly items?: PropertySchema;
  readonly properties?: Readonly<Record<string, PropertySchema>>;
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
const MAX_ENUM_VALUES = 8;

function typeName(type: ExtraParam["type"] | undefined): string {
  if (type === "size" || type === "memory" || type === "any" || type === undefined) return "string";
  return type;
}

function propertyOf(fact: ParamFact | ExtraParam, description: string | undefined): PropertySchema {
  const choices = fact.enum ?? [];
  const described = choices.every((choice) => description?.split(/[^\w-]+/).includes(choice));
  return {
    type: typeName(fact.type),
    ...defined({
      description,
      enum: described || choices.length > MAX_ENUM_VALUES ? undefined : choices,
      items: fact.type === "array" ? { type: typeName(fact.items?.type) } : undefined,
      properties: (fact as ExtraParam).properties,
    }),
  };
}

type Requirements = readonly (readonly [action: string, names: readonly string[]])[];

/** Groups keys that have the same values: `[["get", "delete"], ["id"]]`. */
function grouped(rows: Requirements): [keys: string[], values: readonly string[]][] {
  const groups = new Map<string, [string[], readonly string[]]>();
  for (const [key, values] of rows.filter(([, values]) => values.length > 0)) {
    const group = groups.get(values.join()) ?? [[], values];
    group[0].push(key);
    groups.set(values.join(), group);
  }
  return [...groups.values()];
}

function requirementText(
  actions: readonly string[],
  names: readonly string[],
  all: Requirements,
): string {
  const others = all.map(([action]) => action).filter((action) => !actions.includes(action));
  const which = others.length * 2 <= actions.length
    ? `all but ${others.join(", ")}`
    : actions.join(", ");
  return `${which} ${which === actions[0] ? "needs" : "need"} ${names.join(", ")}`;
}

/**
 * `create, delete need volume; list needs storage`, leaving out what all actions need: said by
 * action or by parameter, whichever is shorter.
 */
function requirementsText(needs: Requirements, common: ReadonlySet<string>): string {
  const special = needs.map(([action, names]) =>
    [action, names.filter((name) => !common.has(name))] as const
  );
  const params = [...new Set(special.flatMap(([, names]) => names))];
  const byParam = params.map((param) =>
    [param, special.filter(([, names]) => names.includes(param)).map(([action]) => action)] as const
  );
  const [one, other] = [
    grouped(special).map(([actions, names]) => requirementText(actions, names, needs)),
    grouped(byParam).map(([names, actions]) => requirementText(actions, names, needs)),
  ].map((each) => each.join("; "));
  return (other ?? "").length < (one ?? "").length ? other ?? "" : one ?? "";
}

function commonNames(lists: readonly (readonly string[])[]): Set<string> {
  const [first = []] = lists;
  return new Set(first.filter((name) => lists.every((each) => each.includes(name))));
}

/** True when what is listed of an action is enough to take something away. */
function mayTakeAway(tool: ToolDefinition, action: Action): boolean {
  if (action.kind === "read") return false;
  const listed = listedNames(tool, action);
  const names = [...listed, ...Object.keys(action.fixed ?? {})];
  return allOperations(action).some((operation) => {
    const when = whenTaking(operation);
    if (typeof when === "string") return true;
    // What `prepare` makes of the arguments is not known here.
    return when.length > 0 &&
      (action.prepare !== undefined || names.some((name) => isNamed(name, when)));
  });
}

type Actions = readonly (readonly [name: string, action: Action])[];

/** The first properties, then the parameters that any of the actions shows. */
function propertiesOf(
  tool: ToolDefinition,
  actions: Actions,
  first: Readonly<Record<string, PropertySchema>> = {},
): Record<string, PropertySchema> {
  const properties = { ...first };
  for (const [, action] of actions) {
    for (const name of listedNames(tool, action)) {
      properties[name] ??= propertyOf(
        name === "vmid" && targetOf(tool, action) === "guest"
          ? { type: "string" }
          : listedFact(action, name),
        tool.parameterDescriptions?.[name] ?? action.extraParams?.[name]?.description,
      );
    }
  }
  return properties;
}

/** The arguments of a tool; in one that does several things, which of them comes first. */
function inputSchema(tool: ToolDefinition, actions: Actions): InputSchema {
  const needs = actions.map(([name, action]) => [name, requiredNames(tool, action)] as const);
  const common = commonNames(needs.map(([, names]) => names));
  if (soleAction(tool) !== undefined) {
    const required = common.size > 0 ? { required: [...common] } : {};
    return { type: "object", properties: propertiesOf(tool, actions), ...required };
  }
  const discriminator = tool.discriminator ?? "action";
  const description = requirementsText(needs, common);
  const chosen: PropertySchema = {
    type: "string",
    ...defined({ description: description || undefined }),
    enum: actions.map(([name]) => name),
  };
  return {
    type: "object",
    properties: propertiesOf(tool, actions, { [discriminator]: chosen }),
    required: [discriminator, ...common],
  };
}

/** The entry of a tool with the given actions of it. */
export function toolEntry(tool: ToolDefinition, actions: Actions): ToolEntry {
  return {
    name: tool.name,
    description: tool.description,
    inputSchema: inputSchema(tool, actions),
    annotations: {
      title: tool.title,
      readOnlyHint: actions.every(([, action]) => action.kind === "read"),
      destructiveHint: actions.some(([, action]) =>
        action.mayDestroy === true || mayTakeAway(tool, action)
      ),
    },
  };
}
