/**
 * The entries of the API gateway's tools in `tools/list`.
 *
 * @module
 */
import type { PropertySchema, ToolEntry } from "../tool/schema.ts";
import { GATEWAY } from "../tool/gateway_names.ts";

/** Which of the gateway's tools to list, and for what kind of server. */
export interface GatewayOptions {
  readonly names: readonly string[];
  readonly compact: boolean;
  readonly readOnly: boolean;
  /** There are several clusters. */
  readonly several?: boolean;
  /** The model is asked to confirm. */
  readonly plans?: boolean;
}

/** An object with these entries among others: models of some clients take none without any. */
function objectOf(types: Readonly<Record<string, string>>): PropertySchema {
  const entries = Object.entries(types).map(([name, type]) => [name, { type }] as const);
  return { type: "object", properties: Object.fromEntries(entries) };
}

function hint(readOnly: boolean): Omit<ToolEntry["annotations"], "title"> {
  return readOnly ? { readOnlyHint: true } : { destructiveHint: true };
}

function search({ compact }: GatewayOptions): ToolEntry {
  const what = `${compact ? "tools and " : ""}operations of the whole API`;
  const exact = `\`METHOD /path\`${compact ? " or tool name" : ""}`;
  return {
    name: GATEWAY.search,
    description: `Find ${what} by words or path; an exact ${exact} gives its parameters.`,
    inputSchema: {
      type: "object",
      properties: { query: { type: "string" }, limit: { type: "integer" } },
      required: ["query"],
    },
    annotations: { title: "Search the API", readOnlyHint: true },
  };
}

function call({ readOnly, several, plans }: GatewayOptions): ToolEntry {
  return {
    name: GATEWAY.call,
    description:
      "Call any operation, such as `GET /nodes/pve1/status`; {placeholders} are filled from params.",
    inputSchema: {
      type: "object",
      properties: {
        operation: { type: "string" },
        params: objectOf({ node: "string" }),
        unchecked: { type: "boolean" },
        ...(several ? { cluster: { type: "string" } } : {}),
        ...(readOnly ? {} : { dry_run: { type: "boolean" } }),
        ...(plans ? { confirm: { type: "string" } } : {}),
      },
      required: ["operation"],
    },
    annotations: { title: "Call the API", ...hint(readOnly) },
  };
}

function run({ readOnly, several, plans }: GatewayOptions): ToolEntry {
  return {
    name: GATEWAY.run,
    description: "Run a tool by its name, found by search.",
    inputSchema: {
      type: "object",
      properties: {
        tool: { type: "string" },
        arguments: objectOf({
          action: "string",
          ...(several ? { cluster: "string" } : {}),
          ...(plans ? { confirm: "string" } : {}),
        }),
      },
      required: ["tool"],
    },
    annotations: { title: "Run a tool", ...hint(readOnly) },
  };
}

/** The gateway's entries of `tools/list`. */
export function gatewayEntries(options: GatewayOptions): ToolEntry[] {
  return [search, call, run].map((entry) => entry(options))
    .filter(({ name }) => options.names.includes(name));
}
