/**
 * What to do when what a call names does not exist: the tool itself often lists what does.
 *
 * @module
 */
import { PveError } from "../../pve/errors.ts";
import type { ToolDefinition } from "../../tool/define.ts";
import { hintForError } from "./errors.ts";

/** How PVE says that something does not exist; every module of its own has its own words. */
const NOT_FOUND =
  /\b(no such|not found|not defined(?! in)|no (rule|entry|token|user|group)\b)|does(n't| not) exist|not exist/i;

/** True when PVE says that something does not exist. */
export function saysMissing({ message, errors }: PveError): boolean {
  return [message, ...Object.values(errors)].some((each) => NOT_FOUND.test(each));
}

/** The call that lists what there is; what a new thing lacks is something else. */
export function notFoundHint(tool: ToolDefinition, action: string, error: unknown): string[] {
  if (!(error instanceof PveError) || !tool.actions.list || hintForError(error)) return [];
  if (/^(create|add|list)/.test(action)) return [];
  if (!saysMissing(error)) return [];
  return [`${tool.name} ${tool.discriminator ?? "action"}=list shows what there is`];
}
