/**
 * Parameters that Proxmox VE takes as whole numbers and callers may give in words: times, and numbers
 * of guests that there are.
 *
 * @module
 */
import { lookup } from "../base/lookup.ts";
import { type OperationFact, paramFact } from "../pve/api.ts";
import type { Action } from "./define.ts";
import { allFacts } from "./operation.ts";

/** The API's integers that are times, and where a span of time from now lies. */
const TIMES: Readonly<Record<string, "past" | "future">> = {
  since: "past",
  until: "past",
  expire: "future",
};

/** Where a span of time lies that is given for a time in seconds; undefined for other parameters. */
export function spanOf(
  name: string,
  fact: { readonly type?: string } | undefined,
): "past" | "future" | undefined {
  return fact?.type === "integer" ? lookup(TIMES, name) : undefined;
}

/** True where the number is that of a guest to come. */
function isNewNumber(name: string, { method, path }: OperationFact): boolean {
  return name === "newid" || path === "/cluster/nextid" || path.endsWith("/remote_migrate") ||
    (method === "POST" && /^\/nodes\/\{node\}\/(?:qemu|lxc)$/.test(path));
}

/** How a parameter names guests that there are by their numbers: one of them, a list, or not. */
export function guestNumbers(action: Action, name: string): "one" | "several" | undefined {
  const own = lookup(action.extraParams, name);
  const facts = own ? [own] : allFacts(action).filter((fact) => !isNewNumber(name, fact))
    .map((fact) => paramFact(fact, name));
  if (facts.some((fact) => fact?.format === "pve-vmid")) return "one";
  return facts.some((fact) => fact?.items?.format === "pve-vmid") ? "several" : undefined;
}
