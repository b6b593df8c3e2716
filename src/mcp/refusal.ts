/**
 * Errors that MCP has a code for. Their words may quote names and messages of the cluster, so they
 * are cleaned and bounded as answers are.
 *
 * @module
 */
import { cleanLine } from "../clean.ts";
import { McpError } from "./sdk.ts";

const LONGEST = 2_000;

/** An error of MCP. */
export function mcpError(code: number, message: string, data?: unknown): McpError {
  return new McpError(code, cleanLine(message).slice(0, LONGEST), data);
}
