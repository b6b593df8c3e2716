/**
 * Serves MCP on stdin and stdout, and ends when the client goes away or asks the process to end.
 *
 * @module
 */
import { listenForEnd } from "../ending.ts";
import { log } from "../log.ts";
import { CLIENT_GONE, END_PATIENCE_MS, ENDING, type OpenCalls } from "./open_calls.ts";
import type { Server } from "./sdk.ts";
import { StdioTransport } from "./stdio_transport.ts";

/** Resolves when stdin ends or the process was asked to end, and all calls are over. */
export async function serveStdio(server: Server, calls: OpenCalls): Promise<void> {
  using end = listenForEnd();
  const { promise: closed, resolve: leave } = Promise.withResolvers<void>();
  const transport = new StdioTransport();
  server.onclose = leave;
  server.onerror = (error) => log("mcp").warn(`A message could not be handled: ${error.message}`);
  await server.connect(transport);
  const gone = Promise.race([closed, transport.ended]);
  await Promise.race([
    gone.then(() => calls.end(0, CLIENT_GONE)),
    end.asked.then(() => calls.end(END_PATIENCE_MS, ENDING, end.hurry)),
  ]);
  await server.close();
}
