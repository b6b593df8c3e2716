/**
 * The entries of the API gateway's tools in `tools/list`.
 *
 * @module
 */
import type { ToolEntry } from "../tool/schema.ts";
import { GATEWAY } from "../tool/gateway_names.ts";

/** Which of the gateway's tools to list, and for what kind of server. */
export interface GatewayOptions {
  readonly names: readonly string[];
  readonly compact: boolean;
  readonly readOnly: boolean;
}

const PARAMS = { type: "object", properties: {} } as const;

function search({ compact }: GatewayOptions): ToolEntry {
  const what = `${compact ? "tools and " : ""}operations of the whole Proxmox VE API`;
  const exact = `\`METHOD /path\`${compact ? " or tool name" : ""}`;
  return {
    name: GATEWAY.search,
    description: `Find ${what} by words or path; an exact ${exact} gives its parameters.`,
    inputSchema: {
      type: "object",
      properties: { query: { type: "string" }, limit: { type: "integer" } },
      required: ["query"],
    },
    annotations: { title: "Search the API", readOnlyHint: true, destructiveHint: false },
  };
}

function call({ readOnly }: GatewayOptions): ToolEntry {
  return {
    name: GATEWAY.call,
    description:
      "Call any operation, checked before it is sent: `GET /nodes/pve1/status`, or the path with {placeholders} and their values in params.",
    inputSchema: {
      type: "object",
      properties: {
        operation: { type: "string", description: "METHOD /path" },
        params: { ...PARAMS },
      },
      required: ["operation"],
    },
    annotations: { title: "Call the API", readOnlyHint: readOnly, destructiveHint: !readOnly },
  };
}

function run({ readOnly }: GatewayOptions): ToolEntry {
  return {
    name: GATEWAY.run,
    description: "Run a tool by its name, found by search.",
    inputSchema: {
      type: "object",
      properties: { tool: { type: "string" }, arguments: { ...PARAMS } },
      required: ["tool"],
    },
    annotations: { title: "Run a tool", readOnlyHint: readOnly, destructiveHint: !readOnly },
  };
}

/** The gateway's entries of `tools/list`. */
export function gatewayEntries(options: GatewayOptions): ToolEntry[] {
  return [search, call, run].map((entry) => entry(options))
    .filter(({ name }) => options.names.includes(name));
}
