/**
 * Makes MCP errors. Their messages may quote names and messages of the cluster, so they are cleaned
 * and bounded as answers are.
 *
 * @module
 */
import { errorMessage } from "../base/text/error_message.ts";
import { sanitizeLine } from "../base/text/sanitize.ts";
import type { Failure } from "../tool/answer.ts";
import { McpError } from "./sdk.ts";

const MAX_MESSAGE_CHARACTERS = 2_000;

function words(message: string): string {
  return sanitizeLine(message.slice(0, MAX_MESSAGE_CHARACTERS)).slice(0, MAX_MESSAGE_CHARACTERS);
}

/** What a failure says, with what it says of single arguments. */
export function failureWords(
  title: string,
  { reason, parameters = {} }: Pick<Failure, "reason" | "parameters">,
): string[] {
  const problems = Object.entries(parameters).map((pair) => pair.join(": "));
  return [title, reason, ...problems].map((each) => each.replace(/\.$/, ""));
}

export function mcpError(code: number, message: string, data?: unknown): McpError {
  return new McpError(code, words(message), data);
}

/** The error as a client may see it, whatever was thrown. */
export function boundedError(thrown: unknown): Error {
  return thrown instanceof McpError ? thrown : new Error(words(errorMessage(thrown)));
}
