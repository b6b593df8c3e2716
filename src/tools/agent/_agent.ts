/**
 * What the QEMU guest agent answers, out of PVE's wrapping.
 *
 * @module
 */
import { ToolError } from "../../tool/answer.ts";
import { textOfBytes } from "../../answer/text_of_bytes.ts";

interface AgentError {
  readonly error?: { readonly desc?: string; readonly class?: string };
}

/**
 * The agent's answer out of `{result}`. PVE answers 200 also when the agent refused, for instance
 * because the guest's system does not have the command.
 *
 * @throws {ToolError} With the agent's own words.
 */
export function unwrapAgent(data: unknown): unknown {
  const result = (data as { readonly result?: unknown } | null)?.result;
  const refused = (result as AgentError | null | undefined)?.error;
  if (refused === undefined) return result;
  throw new ToolError("The guest agent refused", {
    reason: refused.desc ?? refused.class ?? "It gave no reason",
    notes: ["The guest's system, or the version of its agent, may not have this command"],
  });
}

/** The agent's answer; an object without content, from commands with nothing to say, is null. */
export function agentObject(data: unknown): unknown {
  const result = unwrapAgent(data);
  const empty = typeof result === "object" && result !== null && Object.keys(result).length === 0;
  return empty ? null : result;
}

/**
 * The bytes that the agent read. PVE hands them out as if each were a character: `é` arrives as
 * `Ã©`. Undefined for text that holds other characters and so is text already.
 */
function bytesOf(text: string): Uint8Array | undefined {
  if (/[\u0100-\uffff]/.test(text)) return undefined;
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** What the agent read: text where it is text, otherwise its bytes. */
export function agentContent(content: unknown): string | Uint8Array {
  const text = typeof content === "string" ? content : "";
  const bytes = bytesOf(text);
  return bytes ? textOfBytes(bytes) ?? bytes : text;
}

/** Output of a program: text, with what is not UTF-8 as it came. */
export function agentText(output: unknown): string {
  const content = agentContent(output);
  return typeof content === "string" ? content : String(output);
}
