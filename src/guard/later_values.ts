/**
 * Values of a request that are known only when it is sent: the free number of a new guest.
 *
 * @module
 */
import { type Operation, operationFact, pathParams } from "../pve/api.ts";
import type { Args } from "../pve/encode.ts";
import { numbersMade } from "../pve/new_guests.ts";
import type { PlannedRequest } from "../tool/planned_request.ts";

/** What stands for the number in a plan. */
export const NEW_NUMBER = "<newid>";

/**
 * The values that stand in a plan in place of those known later.
 *
 * @param given What the caller gave.
 * @param plan All requests of the plan: the number of a guest that one makes is in others' paths.
 */
export function laterValues(
  operation: Operation,
  sent: Args,
  given: Readonly<Record<string, unknown>>,
  plan: readonly PlannedRequest[] = [],
): Args {
  const inPath = pathParams(operationFact(operation).path);
  const made = numbersMade([{ operation, args: sent }, ...plan]);
  const later = ["newid", "vmid"].filter((name) =>
    sent[name] !== undefined && given[name] === undefined &&
    (name === "vmid" ? made.has(Number(sent[name])) : !inPath.includes(name))
  );
  return Object.fromEntries(later.map((name) => [name, NEW_NUMBER]));
}
