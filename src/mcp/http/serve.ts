/**
 * Serves MCP over Streamable HTTP until the process is asked to end.
 *
 * @module
 */
import { systemClock } from "../../base/async/clock.ts";
import type { ProcessConfig } from "../../config/config.ts";
import { writeErr } from "../../base/process/console.ts";
import { listenForShutdown } from "../../base/process/shutdown.ts";
import { bareHost } from "../../base/text/host.ts";
import { log } from "../../base/process/log.ts";
import { errorMessage } from "../../base/text/error_message.ts";
import { Access, type Address, isLoopback, servedHosts } from "./access.ts";
import type { Callers } from "./caller.ts";
import { HttpHandler, MCP_PATH } from "./handler.ts";
import type { ProtectedResource } from "./protected_resource.ts";

/** What is served, and where. */
export interface HttpParts {
  readonly config: ProcessConfig;
  readonly demo: boolean;
  readonly address: Address;
  readonly callers: Callers;
  /** Where callers get access tokens, if they need them. */
  readonly resource?: ProtectedResource;
}

/** Milliseconds between looks for sessions that nobody uses, or nobody may. */
const SWEEP_MS = 15_000;
/** Milliseconds that answers have to be sent at the end. */
const FLUSH_MS = 500;

/** The error of an address that cannot be listened on, with what to do. */
function listenError(error: unknown, { hostname, port }: Address): unknown {
  const where = `${hostname}:${port}`;
  if (error instanceof Deno.errors.AddrInUse) {
    return new Error(`${where} is in use by another program; choose another port`);
  }
  if (error instanceof Deno.errors.AddrNotAvailable) {
    return new Error(`${where} is no address of this machine`);
  }
  if (error instanceof Deno.errors.NotCapable) {
    return new Error(`Deno may not listen on ${where}; add it to --allow-net`);
  }
  return error;
}

function warnOfPlainText(address: Address, { httpTls }: ProcessConfig): void {
  if (httpTls || isLoopback(address)) return;
  log("http").warn(
    "Tokens and answers travel unencrypted: set PROXMOX_HTTP_TLS_CERT and PROXMOX_HTTP_TLS_KEY, " +
      "or let only a proxy with TLS reach this port",
  );
}

/**
 * Serves until the process is asked to end and all calls are over.
 *
 * @throws {Error} When it cannot listen there.
 */
export async function serveHttp(
  { config, demo, address, callers, resource }: HttpParts,
): Promise<void> {
  const clock = systemClock;
  using end = listenForShutdown();
  const named = config.httpUrl === undefined ? [] : [new URL(config.httpUrl)];
  const access = new Access(
    servedHosts(address, [...config.httpHosts ?? [], ...named]),
    callers,
    resource,
  );
  const handler = new HttpHandler(access, { demo, clock });
  warnOfPlainText(address, config);
  const scheme = config.httpTls ? "https" : "http";
  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    server = Deno.serve({
      ...config.httpTls,
      hostname: bareHost(address.hostname),
      port: address.port,
      onListen: ({ port }) =>
        void writeErr(`Serving MCP at ${scheme}://${address.hostname}:${port}${MCP_PATH}`),
      onError: (error) => {
        log("http").error(`A request failed: ${errorMessage(error)}`);
        return new Response(null, { status: 500 });
      },
    }, (request, { remoteAddr }) => handler.handle(request, remoteAddr.hostname));
  } catch (error) {
    throw listenError(error, address);
  }
  const sweeping = setInterval(() => {
    void handler.sessions.sweep();
    void handler.sessions.closeRefused();
    void handler.stateless.cancelRefused();
  }, SWEEP_MS);
  await end.requested;
  clearInterval(sweeping);
  await handler.end(end.forceSignal);
  await Promise.race([server.shutdown(), clock.sleep(FLUSH_MS)]);
}
