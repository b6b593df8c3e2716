/**
 * What template variables and prompt arguments can name, and the names that there are, for
 * completions.
 *
 * @module
 */
import type { Operation } from "../pve/api.ts";
import type { Args } from "../pve/encode.ts";
import { type Guest, isNumber } from "../pve/guests.ts";
import { anyOf } from "../tool/clusters.ts";
import type { Services } from "../tool/services.ts";
import type { ToolCatalog } from "./tool_catalog.ts";

/** What a variable or argument names. */
export type CompletionSource =
  | "guest"
  | "guestType"
  | "node"
  | "storage"
  | "pool"
  | "task"
  | "tool";

/** Names that are one guest's alone and no number's, then numbers. */
function guestValues(guests: readonly Guest[]): string[] {
  const count = new Map<string, number>();
  for (const { name } of guests) count.set(name, (count.get(name) ?? 0) + 1);
  const numbers = guests.map(({ vmid }) => vmid).sort((one, other) => one - other).map(String);
  const names = [...count].filter(([name, times]) => times === 1 && !isNumber(name))
    .map(([name]) => name).sort();
  return [...names, ...numbers];
}

/** Distinct values of a field, in the order of the rows. */
async function fieldValues(
  { pve }: Services,
  operation: Operation,
  args: Args,
  field: string,
  signal: AbortSignal,
): Promise<string[]> {
  const { data } = await pve.request(operation, args, { signal });
  const rows = (data ?? []) as readonly Readonly<Record<string, unknown>>[];
  return [...new Set(rows.map((row) => String(row[field])))];
}

/** Names that exist now, those of nodes, storages and pools in alphabetical order. */
export async function valuesOf(
  catalog: ToolCatalog,
  source: CompletionSource,
  signal: AbortSignal,
): Promise<string[]> {
  const services = anyOf(catalog.clusters);
  const values = (operation: Operation, args: Args, field: string): Promise<string[]> =>
    fieldValues(services, operation, args, field, signal);
  switch (source) {
    case "guest":
      return guestValues(await services.guests.list(signal));
    case "guestType":
      return ["vm", "lxc"];
    case "node":
      return (await values("GET /nodes", {}, "node")).sort();
    case "storage":
      return (await values("GET /cluster/resources", { type: "storage" }, "storage")).sort();
    case "pool":
      return (await values("GET /pools", {}, "poolid")).sort();
    case "task":
      return await values("GET /cluster/tasks", {}, "upid");
    case "tool":
      return catalog.names();
  }
}
