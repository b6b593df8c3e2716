/**
 * Checks what requests say before the SDK does, which calls it an internal error: a client hears
 * which of its parameters is wrong, and what is expected.
 *
 * @module
 */
import {
  CallToolRequestSchema,
  CompleteRequestSchema,
  ErrorCode,
  GetPromptRequestSchema,
  type McpMessage,
  ReadResourceRequestSchema,
} from "./sdk.ts";

const SCHEMAS = {
  "tools/call": CallToolRequestSchema,
  "prompts/get": GetPromptRequestSchema,
  "resources/read": ReadResourceRequestSchema,
  "completion/complete": CompleteRequestSchema,
};

/** Wrong parameters that are named. */
const MAX_PROBLEMS = 5;

/** The answer to a request whose parameters are wrong; undefined when they are right. */
export function wrongParams(message: McpMessage): McpMessage | undefined {
  if (!("method" in message) || !("id" in message)) return undefined;
  const { id, method } = message;
  if (!Object.hasOwn(SCHEMAS, method)) return undefined;
  const { error } = SCHEMAS[method as keyof typeof SCHEMAS].safeParse(message);
  if (!error) return undefined;
  const problems = error.issues.slice(0, MAX_PROBLEMS).map(({ path, message: words }) =>
    path.join(".") === "params.arguments"
      ? 'arguments: expected an object such as {"node": "pve1"}'
      : `${path.slice(1).join(".") || "params"}: ${words}`
  );
  const text = `Invalid parameters of ${method}: ${problems.join("; ")}`;
  return { jsonrpc: "2.0", id, error: { code: ErrorCode.InvalidParams, message: text } };
}
