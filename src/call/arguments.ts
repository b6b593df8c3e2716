/**
 * Reads the arguments of a call, which guests they name, and how the answer is wanted.
 *
 * @module
 */
import type { CallBudget } from "../base/async/call_budget.ts";
import { defined } from "../base/defined.ts";
import type { CallInput } from "../tool/context.ts";
import type { ToolDefinition } from "../tool/define.ts";
import { knownFields } from "../tool/list_fields.ts";
import type { Services } from "../tool/services.ts";
import { resolveGuestReferences } from "./guest_references.ts";
import { withNames } from "./missing.ts";
import { parseCall, type ParsedCall } from "./parse.ts";
import { selectAction } from "./select_action.ts";

/** Reads the arguments; what is missing is told with what there is. */
async function parseOrTell(
  services: Services,
  tool: ToolDefinition,
  raw: unknown,
  { signal }: CallBudget,
): Promise<ParsedCall> {
  try {
    return parseCall(tool, raw, services.clock);
  } catch (error) {
    const { action } = selectAction(tool, raw);
    throw await withNames(error, services, action, signal);
  }
}

/** Reads the arguments, and which guests they name. */
export async function parse(
  services: Services,
  tool: ToolDefinition,
  raw: unknown,
  budget: CallBudget,
  { collect }: CallInput,
): Promise<ParsedCall> {
  const { guests } = services;
  const parsed = await parseOrTell(services, tool, raw, budget);
  if (parsed.options.wait !== undefined) budget.setWait(parsed.options.wait);
  const { action, args } = parsed;
  return {
    ...parsed,
    ...await resolveGuestReferences(action, args, guests, budget.signal),
    options: {
      ...parsed.options,
      knownFields: () => knownFields(action),
      ...defined({ collect }),
    },
  };
}
