/**
 * What there is to know of a tool, as data: for the command `tools`, for the documentation and for
 * whoever reads a tool's page.
 *
 * @module
 */
import { defined } from "../base/defined.ts";
import { isNamed, whenTaking } from "../pve/effects/effects.ts";
import { operationFact } from "../pve/api.ts";
import { CATEGORIES } from "./categories.ts";
import { type Action, isSingle, operationsOf, type ToolDefinition } from "./define.ts";
import { listedFact, listedNames } from "./parameter_names.ts";
import { allOperations, startsTask } from "./operation.ts";
import { privilegeText } from "./privileges.ts";
import { type RegisteredTool, type Tier, tierOf } from "./registry.ts";
import { requiredNames } from "./required.ts";

/** A parameter of an action. */
export interface ParamManual {
  readonly name: string;
  readonly required: boolean;
  readonly type: string;
  readonly enum?: readonly string[];
  readonly default?: string | number;
  readonly description?: string;
}

/** One action of a tool. */
export interface ActionManual {
  /** Undefined in a tool that does one thing. */
  readonly name: string | undefined;
  readonly description?: string;
  readonly tier: Tier;
  /** Something is lost or down afterwards: a person is asked where that is possible. */
  readonly confirmed: boolean;
  /** Parameters that make it so where the action itself does not. */
  readonly confirmedWith: readonly string[];
  /** The end of a task is waited for. */
  readonly task: boolean;
  /** Operations of the PVE API. */
  readonly operations: readonly string[];
  /** What the token needs, in words. */
  readonly privileges: readonly string[];
  readonly parameters: readonly ParamManual[];
}

export interface ToolManual {
  readonly name: string;
  readonly title: string;
  readonly category: string;
  readonly description: string;
  /** Name of the parameter that chooses the action. */
  readonly discriminator?: string;
  readonly actions: readonly ActionManual[];
}

function paramManual(
  tool: ToolDefinition,
  action: Action,
  name: string,
  required: boolean,
): ParamManual {
  const fact = listedFact(action, name);
  const description = tool.parameterDescriptions?.[name] ?? action.extraParams?.[name]?.description;
  return {
    name,
    required,
    type: name === "vmid" ? "number or name" : fact.type ?? "string",
    ...defined({
      enum: fact.enum,
      default: "default" in fact ? fact.default : undefined,
      description,
    }),
  };
}

/** Whether a call is confirmed, or with which of these parameters. */
function confirmationOf(
  action: Action,
  names: readonly string[],
): Pick<ActionManual, "confirmed" | "confirmedWith"> {
  const ways = action.kind === "read" ? [] : allOperations(action).map(whenTaking);
  return {
    confirmed: ways.includes("always"),
    confirmedWith: names.filter((name) =>
      ways.some((when) => typeof when !== "string" && isNamed(name, when))
    ),
  };
}

function actionManual({ category, tool }: RegisteredTool, name: string): ActionManual {
  const action = tool.actions[name]!;
  const required = requiredNames(tool, action);
  const names = [...new Set([...required, ...listedNames(tool, action)])];
  const privileges = allOperations(action).map((each) => privilegeText(operationFact(each)));
  return {
    name: isSingle(tool) ? undefined : name,
    ...defined({ description: action.description }),
    tier: tierOf(category, action),
    ...confirmationOf(action, names),
    task: startsTask(action),
    operations: operationsOf(action),
    privileges: [...new Set(privileges)],
    parameters: names.map((each) => paramManual(tool, action, each, required.includes(each))),
  };
}

/** Whether something is taken away: `confirmed`, `confirmed with delete`, or nothing. */
export function takingText(action: ActionManual, word = "confirmed"): string {
  if (action.confirmed) return word;
  const { confirmedWith } = action;
  return confirmedWith.length === 0 ? "" : `${word} with ${confirmedWith.join(", ")}`;
}

/** `basic`, `elevated`, `elevated, confirmed`. */
export function tierText(action: ActionManual): string {
  return [action.tier, takingText(action)].filter((each) => each !== "").join(", ");
}

export function manualOf(registered: RegisteredTool): ToolManual {
  const { category, tool } = registered;
  return {
    name: tool.name,
    title: tool.title,
    category: CATEGORIES[category].title,
    description: tool.description,
    ...defined({ discriminator: isSingle(tool) ? undefined : tool.discriminator ?? "action" }),
    actions: Object.keys(tool.actions).map((name) => actionManual(registered, name)),
  };
}
