/**
 * Answers `completion/complete`: the values that a template variable or prompt argument can have,
 * filtered by what was typed.
 *
 * @module
 */
import { sanitizeLine } from "../base/text/sanitize.ts";
import { log } from "../base/process/log.ts";
import { errorMessage } from "../base/text/error_message.ts";
import type { ToolCatalog } from "./tool_catalog.ts";
import { type CompletionSource, valuesOf } from "./completion_source.ts";
import { promptArgument } from "./prompts/catalog.ts";
import { mcpError } from "./errors.ts";
import { templateSource } from "./resources.ts";
import { type CompleteRequest, type CompleteResult, ErrorCode } from "./sdk.ts";

/** Characters of a value; UPIDs are the longest. */
const MAX_VALUE_CHARACTERS = 255;
/** Most values that MCP allows in one answer. */
const MAX_VALUES = 100;

/** True for a name that a client can show as it is: a guest may be called anything. */
function isPlain(value: string): boolean {
  return value.length <= MAX_VALUE_CHARACTERS && sanitizeLine(value) === value;
}

/** Values that start with what was typed, then those that contain it. */
function filtered(values: readonly string[], typed: string): string[] {
  const prefix = typed.trim().toLowerCase();
  const starting = values.filter((value) => value.toLowerCase().startsWith(prefix));
  const containing = values.filter((value) =>
    !value.toLowerCase().startsWith(prefix) && value.toLowerCase().includes(prefix)
  );
  return [...starting, ...containing];
}

/** Where the values come from; undefined for free text. */
function sourceOf(
  catalog: ToolCatalog,
  { ref, argument }: CompleteRequest["params"],
): CompletionSource | undefined {
  if (ref.type === "ref/prompt") {
    const spec = promptArgument(catalog, ref.name, argument.name);
    if (spec) return spec.source;
  } else {
    const source = templateSource(catalog, ref.uri, argument.name);
    if (source !== undefined) return source;
  }
  const reference = ref.type === "ref/prompt" ? `prompt "${ref.name}"` : `template "${ref.uri}"`;
  throw mcpError(ErrorCode.InvalidParams, `There is no "${argument.name}" of a ${reference}`);
}

/**
 * The answer to `completion/complete`; nothing when the cluster cannot be read.
 *
 * @throws {McpError} When there is no such prompt, template or argument.
 */
export async function complete(
  catalog: ToolCatalog,
  params: CompleteRequest["params"],
  signal: AbortSignal,
): Promise<CompleteResult> {
  const source = sourceOf(catalog, params);
  let values: string[] = [];
  try {
    const all = source === undefined ? [] : await valuesOf(
      catalog,
      source,
      signal,
      params.context?.arguments?.cluster,
    );
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
