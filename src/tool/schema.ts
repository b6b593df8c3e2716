/**
 * The entry of a tool in `tools/list`: small, and portable between clients. What the name says is
 * not said again, what the server finds by itself is not listed.
 *
 * @module
 */
import { defined } from "../base/defined.ts";
import { isNamed, whenTaking } from "../pve/effects/effects.ts";
import type { ParamFact } from "../pve/api.ts";
import {
  type Action,
  type Actions,
  type ExtraParam,
  soleAction,
  type ToolDefinition,
} from "./define.ts";
import { commonNames, differencesText, needsOf } from "./differences.ts";
import { aliasOf } from "./compatibility.ts";
import { guestNumbers, spanOf } from "./loose_types.ts";
import { listedFact, listedNames } from "./parameter_names.ts";
import { allOperations } from "./operation.ts";
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
    /** Of a tool that only reads; no other hint says anything then. */
    readonly readOnlyHint?: true;
    /** Of every other tool. */
    readonly destructiveHint?: boolean;
  };
}

/** Choices worth listing; longer lists are told when a value is wrong. */
const MAX_ENUM_VALUES = 5;

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

/** What is listed of a parameter: words where it takes words, though Proxmox VE takes a number. */
function listedType(tool: ToolDefinition, action: Action, name: string): ParamFact | ExtraParam {
  if (name === "vmid" && targetOf(tool, action) === "guest") return { type: "string" };
  const fact = listedFact(action, name);
  const pveName = aliasOf(action, name) ?? name;
  const takesWords = guestNumbers(action, pveName) === "one" || spanOf(pveName, fact);
  return takesWords ? { type: "string" } : fact;
}

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
        listedType(tool, action, name),
        tool.parameterDescriptions?.[name] ?? action.extraParams?.[name]?.description,
      );
    }
  }
  return properties;
}

/** The arguments of a tool; in one that does several things, which of them comes first. */
function inputSchema(tool: ToolDefinition, actions: Actions): InputSchema {
  const common = commonNames(needsOf(tool, actions));
  if (soleAction(tool) !== undefined) {
    const required = common.size > 0 ? { required: [...common] } : {};
    return { type: "object", properties: propertiesOf(tool, actions), ...required };
  }
  const discriminator = tool.discriminator ?? "action";
  const description = differencesText(tool, actions);
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

/** Where a guest or a node is named, its cluster stands in front of it: `lab/web01`. */
function namesPlace({ properties }: InputSchema): boolean {
  return "vmid" in properties || "node" in properties;
}

/** With the cluster as the last of the arguments, where nothing else says which. */
function withCluster(schema: InputSchema): InputSchema {
  if (namesPlace(schema)) return schema;
  return { ...schema, properties: { ...schema.properties, cluster: { type: "string" } } };
}

/** What a change is confirmed with where the model is asked: a client may send listed arguments alone. */
const CONFIRM_PROPERTY: PropertySchema = {
  type: "string",
  description: "code from the first answer",
};

/** With the code, for a tool that changes something. */
function withConfirm(schema: InputSchema, actions: Actions): InputSchema {
  if (actions.every(([, { kind }]) => kind === "read")) return schema;
  return { ...schema, properties: { ...schema.properties, confirm: CONFIRM_PROPERTY } };
}

/** What the settings add to all entries. */
export interface EntryOptions {
  /** The server has several clusters. */
  readonly several: boolean;
  /** The model is asked to confirm. */
  readonly plans: boolean;
}

/** The entry of a tool with the given actions of it. */
export function toolEntry(
  tool: ToolDefinition,
  actions: Actions,
  { several, plans }: EntryOptions = { several: false, plans: false },
): ToolEntry {
  const own = inputSchema(tool, actions);
  const schema = plans ? withConfirm(own, actions) : own;
  return {
    name: tool.name,
    description: tool.description,
    inputSchema: several ? withCluster(schema) : schema,
    annotations: { title: tool.title, ...hint(tool, actions) },
  };
}

/** The one hint that decides: `readOnlyHint` is false by MCP's default, and ends the matter if true. */
function hint(tool: ToolDefinition, actions: Actions): Omit<ToolEntry["annotations"], "title"> {
  if (actions.every(([, action]) => action.kind === "read")) return { readOnlyHint: true };
  const destructive = ([, action]: Actions[number]): boolean =>
    action.mayDestroy === true || mayTakeAway(tool, action);
  return { destructiveHint: actions.some(destructive) };
}
