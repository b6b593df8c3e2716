/**
 * Completions of template variables and prompt arguments: names that exist, filtered by what was
 * typed.
 *
 * @module
 */
import { sanitizeLine } from "../base/text/sanitize.ts";
import { log } from "../base/process/log.ts";
import { errorMessage } from "../base/text/error_message.ts";
import type { Operation } from "../pve/api.ts";
import type { Args } from "../pve/encode.ts";
import { type Guest, isNumber } from "../pve/guests.ts";
import type { ToolCatalog } from "./tool_catalog.ts";
import { promptArgument } from "./prompts/catalog.ts";
import { mcpError } from "./errors.ts";
import { templateSource } from "./resources.ts";
import { type CompleteRequest, type CompleteResult, ErrorCode } from "./sdk.ts";
import type { Services } from "../tool/services.ts";

/** What a variable or argument names. */
export type Source = "guest" | "guestType" | "node" | "storage" | "pool" | "task" | "tool";

/** Characters of a value; UPIDs are the longest. */
const MAX_VALUE_CHARACTERS = 255;
/** Most values that MCP allows in one answer. */
const MAX_VALUES = 100;

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

async function valuesOf(
  offer: ToolCatalog,
  source: Source,
  signal: AbortSignal,
): Promise<string[]> {
  const { services } = offer;
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
      return offer.names();
  }
}

/** True for a name that a client can show as it is: a guest may be called anything. */
function isPlain(value: string): boolean {
  return value.length <= MAX_VALUE_CHARACTERS && sanitizeLine(value) === value;
}

/** Values that start with what was typed, then those that contain it. */
function filtered(values: readonly string[], typed: string): string[] {
  const wanted = typed.trim().toLowerCase();
  const starting = values.filter((value) => value.toLowerCase().startsWith(wanted));
  const containing = values.filter((value) =>
    !value.toLowerCase().startsWith(wanted) && value.toLowerCase().includes(wanted)
  );
  return [...starting, ...containing];
}

/** Where the values come from; undefined for free text. */
function sourceOf(
  offer: ToolCatalog,
  { ref, argument }: CompleteRequest["params"],
): Source | undefined {
  if (ref.type === "ref/prompt") {
    const known = promptArgument(ref.name, argument.name);
    if (known) return known.source;
  } else {
    const source = templateSource(offer, ref.uri, argument.name);
    if (source !== undefined) return source;
  }
  const what = ref.type === "ref/prompt" ? `prompt "${ref.name}"` : `template "${ref.uri}"`;
  throw mcpError(ErrorCode.InvalidParams, `There is no "${argument.name}" of a ${what}`);
}

/**
 * The answer to `completion/complete`; nothing when the cluster cannot be read.
 *
 * @throws {McpError} When there is no such prompt, template or argument.
 */
export async function complete(
  offer: ToolCatalog,
  params: CompleteRequest["params"],
  signal: AbortSignal,
): Promise<CompleteResult> {
  const source = sourceOf(offer, params);
  let values: string[] = [];
  try {
    const all = source === undefined ? [] : await valuesOf(offer, source, signal);
    values = filtered(all.filter(isPlain), params.argument.value);
  } catch (error) {
    signal.throwIfAborted();
    log("mcp").debug(
      `No completions for a ${source}: ${errorMessage(error)}`,
    );
  }
  return {
    completion: {
      values: values.slice(0, MAX_VALUES),
      total: values.length,
      hasMore: values.length > MAX_VALUES,
    },
  };
}
