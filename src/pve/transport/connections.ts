/**
 * Kept-alive connections to hosts whose certificate was accepted.
 *
 * @module
 */
import type { Agent, RequestOptions } from "node:https";
import { defined } from "../../base/defined.ts";
import type { TLSSocket } from "node:tls";
import { changed } from "../../base/process/observe.ts";
import { hostAndPort } from "../../base/text/host.ts";
import type { NodeTls } from "./node_tls.ts";
import { TransportError } from "./transport.ts";
import { Trust, type TrustOptions } from "./trust.ts";

/** How connections are made. */
export interface ConnectionOptions extends TrustOptions {
  /** Most connections at once to one host. */
  readonly maxConnections: number;
}

/** Time for the connection and the handshake; an answer may take longer. */
const CONNECT_MS = 10_000;
/** PVE closes a connection after 5 s without a request: it is let go earlier, not raced. */
const IDLE_MS = 4_000;

/** Makes connections and tells which of them a request may be written to. */
export class Connections {
  readonly agent: Agent;
  readonly #node: NodeTls;
  readonly #options: ConnectionOptions;
  readonly #trust: Trust;
  readonly #accepted = new WeakSet<object>();

  constructor(node: NodeTls, options: ConnectionOptions) {
    this.#node = node;
    this.#options = options;
    this.#trust = new Trust(node, options);
    this.agent = new node.https.Agent({
      keepAlive: true,
      maxSockets: options.maxConnections,
      maxFreeSockets: options.maxConnections,
      timeout: IDLE_MS,
      scheduling: "lifo",
      maxCachedSessions: 0, // A resumed session would not show the certificate again.
    });
    this.agent.createConnection = (request) => this.#connect(request);
  }

  /** The handshake was done and the certificate accepted. */
  isAccepted(socket: object): boolean {
    return this.#accepted.has(socket);
  }

  /** Closes idle connections. */
  close(): void {
    for (const sockets of Object.values(this.agent.freeSockets)) {
      for (const socket of sockets ?? []) socket.destroy();
    }
  }

  #connect(request: RequestOptions): TLSSocket {
    const { authorities, clock } = this.#options;
    const host = request.host ?? "";
    const port = Number(request.port);
    const endpoint = hostAndPort({ host, port });
    const socket = this.#node.tls.connect({
      host,
      port,
      servername: request.servername ?? "",
      rejectUnauthorized: false, // Judged below, with the certificate at hand for the error.
      ...defined({ ca: authorities.length > 0 ? [...authorities] : undefined }),
    });
    // Each request that is given up while it waits for the socket leaves a listener on it.
    socket.setMaxListeners(0);
    const connected = new AbortController();
    socket.once("close", () => connected.abort());
    socket.once("secureConnect", () => {
      connected.abort();
      changed("connections", 1);
      socket.once("close", () => changed("connections", -1));
      try {
        this.#trust.judge(socket, host, endpoint);
        this.#accepted.add(socket);
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
    clock.sleep(CONNECT_MS, connected.signal).then(
      () => socket.destroy(connectTimeout(endpoint)),
      () => {}, // Connected or given up before.
    );
    return socket;
  }
}

function connectTimeout(endpoint: string): TransportError {
  return new TransportError(
    "timeout",
    `Cannot reach ${endpoint}: no connection within ${CONNECT_MS / 1000} seconds`,
    {
      maybeSent: false,
      hint: "Check PROXMOX_HOST and PROXMOX_PORT, and that the node is up and no firewall drops it",
    },
  );
}
