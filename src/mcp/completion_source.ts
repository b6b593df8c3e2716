/**
 * What template variables and prompt arguments can name, and the names that there are, for
 * completions.
 *
 * @module
 */
import type { Operation } from "../pve/api.ts";
import type { Args } from "../pve/encode.ts";
import { type Guest, isNumber } from "../pve/guests.ts";
import { anyOf, type Clusters } from "../tool/clusters.ts";
import type { Services } from "../tool/services.ts";
import { within } from "../call/clusters/find.ts";
import type { ToolCatalog } from "./tool_catalog.ts";

/** What a variable or argument names. */
export type CompletionSource =
  | "cluster"
  | "guest"
  | "guestType"
  | "node"
  | "storage"
  | "pool"
  | "task"
  | "tool";

/** Seconds that a cluster has to answer. */
const SILENT_SECONDS = 5;

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

/** Names that exist now in a cluster, those of nodes, storages and pools in alphabetical order. */
async function valuesIn(
  services: Services,
  source: CompletionSource,
  signal: AbortSignal,
): Promise<string[]> {
  const values = (operation: Operation, args: Args, field: string): Promise<string[]> =>
    fieldValues(services, operation, args, field, signal);
  switch (source) {
    case "guest":
      return guestValues(await services.guests.list(signal));
    case "node":
      return (await values("GET /nodes", {}, "node")).sort();
    case "storage":
      return (await values("GET /cluster/resources", { type: "storage" }, "storage")).sort();
    case "pool":
      return (await values("GET /pools", {}, "poolid")).sort();
    case "task":
      return await values("GET /cluster/tasks", {}, "upid");
    default:
      return [];
  }
}

/** What may stand after the name of its cluster. */
const PLACES: readonly CompletionSource[] = ["guest", "node", "storage"];

/** Names that exist in all clusters that answer, each after that of its cluster. */
async function valuesOfAll(
  clusters: Clusters,
  source: CompletionSource,
  signal: AbortSignal,
): Promise<string[]> {
  const found = await Promise.allSettled([...clusters].map(async ([name, services]) => {
    const values = await within(
      services.clock,
      SILENT_SECONDS,
      signal,
      (signal) => valuesIn(services, source, signal),
    );
    return PLACES.includes(source) ? values.map((value) => `${name}/${value}`) : values;
  }));
  signal.throwIfAborted();
  return [...new Set(found.flatMap((each) => each.status === "fulfilled" ? each.value : []))];
}

/**
 * Names that exist now.
 *
 * @param cluster The one that was chosen, where there are several.
 */
export async function valuesOf(
  catalog: ToolCatalog,
  source: CompletionSource,
  signal: AbortSignal,
  cluster?: string,
): Promise<string[]> {
  if (source === "guestType") return ["vm", "lxc"];
  if (source === "tool") return catalog.names();
  const { clusters } = catalog;
  if (source === "cluster") return [...clusters.keys()];
  const services = clusters.size === 1 ? anyOf(clusters) : clusters.get(cluster ?? "");
  return services
    ? await valuesIn(services, source, signal)
    : await valuesOfAll(clusters, source, signal);
}
