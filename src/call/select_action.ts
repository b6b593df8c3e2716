/**
 * Picks the action that a call names.
 *
 * @module
 */
import { lookup } from "../base/lookup.ts";
import { parseBoolean } from "../base/text/boolean.ts";
import { didYouMean } from "../base/text/nearest.ts";
import { splitList } from "../pve/split_list.ts";
import { ToolError } from "../tool/answer.ts";
import { aliasOf } from "../tool/compatibility.ts";
import { type Action, isSingle, soleAction, type ToolDefinition } from "../tool/define.ts";
import { boundedInput, quoted } from "./input_limits.ts";
import { factOfParam } from "../tool/operation.ts";

/** The action that a call names. */
export interface SelectedAction {
  readonly actionName: string;
  readonly action: Action;
}

/** True when the name is a parameter of some action. */
function isParameter(tool: ToolDefinition, name: string): boolean {
  return Object.values(tool.actions).some((action) =>
    factOfParam(action, name) !== undefined || Object.hasOwn(action.extraParams ?? {}, name) ||
    aliasOf(action, name) !== undefined
  );
}

/**
 * The name of the parameter that chooses the action, and the name that it has in other tools,
 * where that is not taken.
 */
function discriminators(tool: ToolDefinition): string[] {
  const { discriminator = "action" } = tool;
  const other = discriminator === "action" ? "operation" : "action";
  return isParameter(tool, other) ? [discriminator] : [discriminator, other];
}

/** True for an argument that says which action it is, and no more. */
export function isDiscriminator(
  tool: ToolDefinition,
  { actionName }: SelectedAction,
  name: string,
  value: unknown,
): boolean {
  return !isSingle(tool) && value === actionName && discriminators(tool).includes(name);
}

function selectActionName(tool: ToolDefinition, raw: Readonly<Record<string, unknown>>): string {
  if (isSingle(tool)) return "default";
  const names = discriminators(tool);
  const [discriminator] = names;
  const actionNames = Object.keys(tool.actions);
  const value = names.map((name) => lookup(raw, name)).find((each) => each !== undefined) ??
    soleAction(tool);
  if (value === undefined) {
    throw new ToolError(`Cannot call ${tool.name} without "${discriminator}"`, {
      reason: `"${discriminator}" chooses what to do: ${actionNames.join(", ")}`,
    });
  }
  if (typeof value === "string" && Object.hasOwn(tool.actions, value)) return value;
  throw new ToolError(`${tool.name} has no ${discriminator} ${quoted(value)}`, {
    reason: `It has: ${actionNames.join(", ")}.${
      didYouMean(typeof value === "string" ? value : "", actionNames)
    }`,
  });
}

/**
 * Reads which action a call names, before its other arguments are looked at.
 *
 * @throws {ToolError} When it names none, or the arguments are no object of a bounded size.
 */
export function selectAction(tool: ToolDefinition, raw: unknown): SelectedAction {
  const input = boundedInput(tool.name, raw);
  const actionName = selectActionName(tool, input);
  const action = tool.actions[actionName]!;
  return { actionName, action: namesSeveral(input) ? action.several ?? action : action };
}

/** True for a list of guests. */
function namesSeveral({ vmid }: Readonly<Record<string, unknown>>): boolean {
  return splitList(vmid).length > 1;
}

/** True for a change whose arguments ask for a dry run, before they are read. */
export function asksDryRun({ kind }: Action, raw: unknown): boolean {
  if (kind === "read") return false;
  return parseBoolean(String((raw as { readonly dry_run?: unknown } | null)?.dry_run)) === true;
}
