/**
 * Serves MCP on stdin and stdout, and ends when the client goes away or asks the process to end.
 *
 * @module
 */
import process from "node:process";
import { log } from "../log.ts";
import { type Server, StdioServerTransport } from "./sdk.ts";

/** Signals that ask a process to end; Windows has fewer. */
function endSignals(): Deno.Signal[] {
  return Deno.build.os === "windows" ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM", "SIGHUP"];
}

/** Resolves when stdin ends, the process is asked to end, or the connection closes. */
export async function serveStdio(server: Server): Promise<void> {
  const transport = new StdioServerTransport();
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  server.onclose = end;
  server.onerror = (error) => log("mcp").warn(`A message could not be handled: ${error.message}`);
  process.stdin.once("end", end);
  process.stdin.once("close", end);
  process.stdout.once("error", end);
  const signals = endSignals();
  for (const signal of signals) Deno.addSignalListener(signal, end);
  await server.connect(transport);
  await ended;
  for (const signal of signals) Deno.removeSignalListener(signal, end);
  await server.close();
}
