/**
 * Values of a request that are known only when it is sent: the free number of a new guest.
 *
 * @module
 */
import { type Operation, operationFact, pathParams } from "../pve/api.ts";
import type { Args } from "../pve/encode.ts";

/** What stands for the number in a plan. */
export const NEW_NUMBER = "<newid>";

/**
 * The values that stand in a plan in place of those known later.
 *
 * @param given What the caller gave.
 */
export function laterValues(
  operation: Operation,
  sent: Args,
  given: Readonly<Record<string, unknown>>,
): Args {
  const inPath = pathParams(operationFact(operation).path);
  const isNew = /^POST \/nodes\/\{node\}\/(?:qemu|lxc)$/.test(operation);
  const later = ["newid", ...(isNew ? ["vmid"] : [])].filter((name) =>
    sent[name] !== undefined && given[name] === undefined && !inPath.includes(name)
  );
  return Object.fromEntries(later.map((name) => [name, NEW_NUMBER]));
}
