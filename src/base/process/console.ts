/**
 * Writes lines for a person at a terminal. While MCP is served over stdio, only stderr may be written.
 *
 * @module
 */
import { redact } from "./log.ts";

const encoder = new TextEncoder();

function writeAll(
  stream: { writeSync(bytes: Uint8Array): number },
  line: string,
): void {
  let bytes = encoder.encode(redact(line) + "\n");
  while (bytes.length > 0) bytes = bytes.subarray(stream.writeSync(bytes));
}

/** Writes a line to stdout; answers exit code 0. */
export function writeOut(line: string): 0 {
  writeAll(Deno.stdout, line);
  return 0;
}

/** Writes a line to stderr. */
export function writeErr(line: string): void {
  writeAll(Deno.stderr, line);
}
