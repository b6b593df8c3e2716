/**
 * What an operation takes in the embedded release: 9 has not all that 8.4 had.
 *
 * @module
 */
import { type Operation, type OperationFact, operationFact } from "../../pve/api.ts";
import type { Release } from "../core/model.ts";

/** The facts of an operation in a release. */
export function factIn(release: Release, operation: Operation): OperationFact {
  const fact = operationFact(operation);
  if (release === "8.4") return fact;
  const params = Object.entries(fact.params).filter(([, { before9 }]) => !before9).map(
    ([name, { enumBefore9: _, ...param }]) => [name, param] as const,
  );
  return { ...fact, params: Object.fromEntries(params) };
}
