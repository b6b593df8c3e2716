/**
 * Judgements by somebody who may read nothing.
 *
 * @module
 */
import { type Operation, operationNames } from "../../../src/pve/api.ts";
import type { OperationEffects } from "../../../src/pve/effects/effect.ts";
import type { Args } from "../../../src/pve/encode.ts";
import { Company } from "./judged.ts";

/** What a request takes away when every read is refused, in words. */
export async function lostUnseen(
  table: Readonly<Partial<Record<Operation, OperationEffects>>>,
  operation: Operation,
  args: Args,
): Promise<string[]> {
  const company = new Company(table);
  for (const each of operationNames()) company.refuse(each);
  return await company.lost(operation, args);
}
