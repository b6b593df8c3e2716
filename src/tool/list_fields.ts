/**
 * The fields that rows of an action's list may have, whether or not any row has them: Proxmox VE
 * leaves out what is not set.
 *
 * @module
 */
import { memoized } from "../base/memoized.ts";
import { isOperation, type OperationFact, operationFact } from "../pve/api.ts";
import type { Action } from "./define.ts";
import { allFacts } from "./operation.ts";

/** What may be set on an object of the list: its schema of rows often names the id alone. */
function settable({ method, path }: OperationFact): string[] {
  const create = `POST ${path}`;
  return method === "GET" && isOperation(create) ? Object.keys(operationFact(create).params) : [];
}

/** Fields that are columns, that PVE states of the rows, or with which they are created. */
export const knownFields: (action: Action) => readonly string[] = memoized((action) => [
  ...new Set([
    ...action.columns ?? [],
    ...allFacts(action).flatMap((fact) => [...fact.rowFields ?? [], ...settable(fact)]),
  ]),
]);
