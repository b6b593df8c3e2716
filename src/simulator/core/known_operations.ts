/**
 * Handlers whose operations are put together from parts of a path.
 *
 * @module
 */
import { isOperation } from "../../pve/api.ts";
import type { Handler, Handlers } from "./types.ts";

/** Those of the handlers whose name is an operation that PVE has. */
export function knownOperations(all: Readonly<Record<string, Handler>>): Handlers {
  return Object.fromEntries(Object.entries(all).filter(([name]) => isOperation(name)));
}
