/**
 * Makes MCP errors. Their messages may quote names and messages of the cluster, so they are cleaned
 * and bounded as answers are.
 *
 * @module
 */
import { sanitizeLine } from "../base/text/sanitize.ts";
import { McpError } from "./sdk.ts";

const MAX_MESSAGE_CHARACTERS = 2_000;

export function mcpError(code: number, message: string, data?: unknown): McpError {
  return new McpError(code, sanitizeLine(message).slice(0, MAX_MESSAGE_CHARACTERS), data);
}
