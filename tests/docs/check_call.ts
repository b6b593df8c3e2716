/**
 * Whether a call as a document writes it would be accepted.
 *
 * @module
 */
import { GATEWAY } from "../../src/tool/gateway_names.ts";
import { matchOperation, normalize } from "../../src/gateway/match.ts";
import { parseCall } from "../../src/call/parse.ts";
import { ToolError } from "../../src/tool/answer.ts";
import { read, type ToolDefinition } from "../../src/tool/define.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";
import type { WrittenCall } from "./calls.ts";

/** The names of all tools, those of the gateway included. */
export const TOOL_NAMES: readonly string[] = [
  ...TOOLS.map(({ tool }) => tool.name),
  ...Object.values(GATEWAY),
];

function reasonOf(error: unknown): string {
  if (!(error instanceof ToolError)) throw error;
  const { reason, parameters = {} } = error.details;
  const problems = Object.entries(parameters).map(([name, problem]) => `${name} ${problem}`);
  return [error.message, reason, ...problems].join("; ");
}

function problemWith(tool: ToolDefinition, args: unknown): string | undefined {
  try {
    parseCall(tool, args);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

/** Objects are written as JSON where a line has to do. */
function objectOf(value: unknown): Record<string, unknown> {
  return (typeof value === "string" ? JSON.parse(value) : value ?? {}) as Record<string, unknown>;
}

function problemWithOperation(args: Readonly<Record<string, unknown>>): string | undefined {
  const { method = "GET", path } = normalize(String(args.operation));
  const match = matchOperation(method, path);
  if (!match) return `There is no operation ${args.operation}`;
  const tool: ToolDefinition = {
    name: GATEWAY.call,
    title: "",
    description: "",
    actions: { default: read(match.operation) },
  };
  return problemWith(tool, { ...match.values, ...objectOf(args.params) });
}

/** Why a call would not be accepted, or undefined when it would. */
export function problemOf({ name, args, call }: WrittenCall): string | undefined {
  if (!TOOL_NAMES.includes(name)) return `There is no tool ${name}`;
  if (!call) return undefined;
  if (name === GATEWAY.search) return args.query === undefined ? "query is missing" : undefined;
  if (name === GATEWAY.call) return problemWithOperation(args);
  if (name === GATEWAY.run) {
    return problemOf({
      name: String(args.tool),
      args: objectOf(args.arguments),
      call: true,
      line: 0,
    });
  }
  const registered = TOOLS.find(({ tool }) => tool.name === name)!;
  return problemWith(registered.tool, args);
}
