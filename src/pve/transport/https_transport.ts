/**
 * Requests over `node:https`. Deno's `fetch` cannot accept a certificate of an unknown authority,
 * drops the reason phrase, sends a stream without its length, opens any number of connections, and
 * does not tell whether a request that failed had been sent.
 *
 * @module
 */
import type { ClientRequest } from "node:http";
import type { Agent } from "node:https";
import { bareHost, hostAndPort, portOf } from "../../base/text/host.ts";
import { type ConnectionOptions, Connections } from "./connections.ts";
import { transportErrorOf } from "./https_errors.ts";
import { responseOf, unusableStatus } from "./https_response.ts";
import { upload } from "./https_upload.ts";
import { isIp } from "../ip.ts";
import { loadNodeTls, type NodeTls } from "./node_tls.ts";
import { type Transport, TransportError, type TransportRequest } from "./transport.ts";

/** Loads what is needed and makes a transport. */
export async function loadHttpsTransport(options: ConnectionOptions): Promise<Transport> {
  const node = await loadNodeTls();
  const connections = new Connections(node, options);
  return {
    fetch: (url, request) => exchange(node, connections, url, request),
    close: () => connections.close(),
  };
}

/** A request that is not written yet. */
function prepared(
  { https }: NodeTls,
  agent: Agent,
  url: URL,
  { method, headers, body }: TransportRequest,
): ClientRequest {
  const host = bareHost(url.hostname);
  return https.request({
    agent,
    method,
    host,
    port: portOf(url),
    path: url.pathname + url.search,
    servername: isIp(host) ? "" : host,
    headers: typeof body === "object" ? { ...headers, "Content-Length": body.length } : headers,
  });
}

/** Sends one request; nothing of it is written before the certificate was accepted. */
function exchange(
  node: NodeTls,
  connections: Connections,
  url: URL,
  request: TransportRequest,
): Promise<Response> {
  const { body, signal } = request;
  const endpoint = hostAndPort({ host: bareHost(url.hostname), port: portOf(url) });
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    let sent = false;
    let answered = false;
    const outgoing = prepared(node, connections.agent, url, request);
    const onAbort = (): void => void outgoing.destroy();
    const settle = (): void => signal.removeEventListener("abort", onAbort);
    const errorOf = (error: unknown): unknown =>
      signal.aborted ? abortError(signal, endpoint, sent) : transportErrorOf(error, endpoint, sent);
    const send = (socket: object): void => {
      if (outgoing.destroyed || !connections.isAccepted(socket)) return;
      sent = true;
      if (typeof body === "object") void upload(outgoing, body);
      else outgoing.end(body);
    };
    outgoing.once("socket", (socket) => {
      // Deno sends a request a second time, POST included, when a kept connection breaks.
      outgoing.reusedSocket = false;
      if (connections.isAccepted(socket)) send(socket);
      else socket.once("secureConnect", () => send(socket));
    });
    const fail = (error: unknown): void => {
      settle();
      if (!sent && typeof body === "object") void body.stream.cancel(error).catch(() => {});
      reject(errorOf(error));
    };
    outgoing.once("upgrade", (_incoming, socket) => {
      socket.destroy(); // Node hands it over, and forgets the request: no error would come of it.
      fail(unusableStatus(101));
    });
    outgoing.once("response", (incoming) => {
      answered = true;
      incoming.once("close", settle);
      incoming.once("end", () => {
        if (!outgoing.writableFinished) outgoing.destroy(); // Answered before all was sent.
      });
      try {
        resolve(responseOf(incoming, errorOf, !request.download));
      } catch (error) {
        outgoing.destroy();
        reject(error);
      }
    });
    outgoing.on("error", fail);
    outgoing.once("close", () => {
      if (!answered) fail(new Error("The connection was closed")); // If nothing else.
    });
    signal.addEventListener("abort", onAbort, { once: true });
  });
}

function abortError(signal: AbortSignal, endpoint: string, sent: boolean): unknown {
  const { reason } = signal;
  if (!(reason instanceof Error) || reason.name !== "TimeoutError") return reason;
  return new TransportError("timeout", `No answer from ${endpoint} in time`, {
    maybeSent: sent,
    cause: reason,
  });
}
