/**
 * A pool of SSH connections: keeps them for the next command, closes idle ones, replaces lost ones.
 *
 * @module
 */
import type { Clock } from "../base/async/clock.ts";
import { hostAndPort } from "../base/text/host.ts";
import { log } from "../base/process/log.ts";
import { abortable } from "../base/async/abortable.ts";
import type { Connector } from "./connect.ts";
import type { Connection } from "./connection.ts";
import { type SshAddress, SshError } from "./types.ts";

/** How long an unused connection is kept. */
export const IDLE_MS = 60_000;
/** How often a command is tried whose connection was lost before it was sent. */
const ATTEMPTS = 3;

/** The connections to one server. */
interface Server {
  readonly connections: Set<Connection>;
  connecting: Promise<void> | undefined;
}

/** Lends connections. */
export class Pool {
  readonly #connector: Connector;
  readonly #clock: Clock;
  readonly #servers = new Map<string, Server>();
  readonly #idle = new Map<Connection, AbortController>();
  #closed = false;

  constructor(connector: Connector, clock: Clock) {
    this.#connector = connector;
    this.#clock = clock;
  }

  /**
   * Does something with a connection. When the connection turns out to have been lost before
   * anything was sent, it is done again with another one; never when something was sent.
   */
  async use<T>(
    address: SshAddress,
    signal: AbortSignal,
    work: (connection: Connection) => Promise<T>,
  ): Promise<T> {
    for (let attempt = 1;; attempt++) {
      try {
        return await this.#once(address, signal, work);
      } catch (error) {
        const again = error instanceof SshError && error.kind === "lost-before" &&
          attempt < ATTEMPTS && !this.#closed;
        if (!again) throw error;
        log("ssh").debug(`${error.message}: trying again`);
      }
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const servers = [...this.#servers.values()];
    await Promise.all(
      servers.flatMap(({ connections }) => [...connections].map((each) => this.#drop(each))),
    );
    this.#servers.clear();
  }

  async #once<T>(
    address: SshAddress,
    signal: AbortSignal,
    work: (connection: Connection) => Promise<T>,
  ): Promise<T> {
    const connection = await this.#take(address, signal);
    try {
      return await work(connection);
    } finally {
      connection.active--;
      if (connection.active === 0 && !this.#closed) this.#keepForAWhile(connection);
    }
  }

  async #take(address: SshAddress, signal: AbortSignal): Promise<Connection> {
    const server = this.#serverAt(address);
    for (;;) {
      signal.throwIfAborted();
      if (this.#closed) throw closedError();
      const free = [...server.connections].find((connection) => connection.free);
      if (free) {
        free.active++;
        this.#idle.get(free)?.abort();
        return free;
      }
      server.connecting ??= this.#connect(address, server).finally(() =>
        server.connecting = undefined
      );
      await abortable(server.connecting, signal);
    }
  }

  #serverAt(address: SshAddress): Server {
    const name = hostAndPort(address);
    const known = this.#servers.get(name);
    if (known) return known;
    const server: Server = { connections: new Set(), connecting: undefined };
    this.#servers.set(name, server);
    return server;
  }

  async #connect(address: SshAddress, server: Server): Promise<void> {
    const connection = await this.#connector.connect(address);
    if (this.#closed) return await connection.close();
    for (const each of server.connections) if (!each.open) server.connections.delete(each);
    server.connections.add(connection);
    this.#keepForAWhile(connection);
  }

  #keepForAWhile(connection: Connection): void {
    const used = new AbortController();
    this.#idle.set(connection, used);
    this.#clock.sleep(IDLE_MS, used.signal).then(
      () => connection.active === 0 ? this.#drop(connection) : undefined,
      () => {},
    );
  }

  async #drop(connection: Connection): Promise<void> {
    this.#idle.get(connection)?.abort();
    this.#idle.delete(connection);
    for (const { connections } of this.#servers.values()) connections.delete(connection);
    await connection.close();
  }
}

function closedError(): SshError {
  return new SshError(
    "lost-before",
    "The program is ending; the command was not sent",
    "Start it again",
  );
}
