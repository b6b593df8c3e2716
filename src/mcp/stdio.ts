/**
 * Serves MCP on stdin and stdout, and ends when the client goes away or asks the process to end:
 * within a second, as clients kill what takes longer.
 *
 * @module
 */
import type { Clock } from "../base/async/clock.ts";
import { listenForShutdown } from "../base/process/shutdown.ts";
import { log } from "../base/process/log.ts";
import { CLIENT_GONE, type GracePeriod, type OpenCalls, SERVER_ENDING } from "./open_calls.ts";
import type { Server } from "./sdk.ts";
import { StdioTransport } from "./stdio_transport.ts";

/** How long calls may take when the process was asked to end. */
export const GRACE_PERIOD: GracePeriod = { end: 300, cancel: 300 };
/** Milliseconds to write the last answers: a client that hangs reads none. */
export const CLOSE_MS = 200;

/** Resolves when stdin ends or the process was asked to end, and all calls are over. */
export async function serveStdio(server: Server, calls: OpenCalls, clock: Clock): Promise<void> {
  using end = listenForShutdown();
  const { promise: closed, resolve: onClosed } = Promise.withResolvers<void>();
  const transport = new StdioTransport();
  server.onclose = onClosed;
  server.onerror = (error) => log("mcp").warn(`A message could not be handled: ${error.message}`);
  await server.connect(transport);
  // What arrived with the end of the input is still answered, to a client that reads it.
  const inputUsed = transport.ended.then(() =>
    Promise.race([transport.allBegun(), clock.sleep(GRACE_PERIOD.end)])
  );
  const clientGone = Promise.race([closed, inputUsed]);
  await Promise.race([
    clientGone.then(() => calls.end({ ...GRACE_PERIOD, end: 0 }, CLIENT_GONE)),
    end.requested.then(() => calls.end(GRACE_PERIOD, SERVER_ENDING, end.forceSignal)),
  ]);
  await Promise.race([server.close(), clock.sleep(CLOSE_MS)]);
}
