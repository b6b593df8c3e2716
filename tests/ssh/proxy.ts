/**
 * A TCP proxy before a server, whose connections a test can cut.
 *
 * @module
 */

/** One connection through the proxy. */
interface Link {
  readonly client: Deno.Conn;
  readonly server: Deno.Conn;
}

/** Listens on a port of its own until it is closed. */
export class Proxy {
  /** Connections made so far. */
  connections = 0;
  /** Cuts a connection as soon as its client sends anything more. */
  cutOnNextData = false;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #links = new Set<Link>();
  readonly #serving: Promise<void>;

  constructor(target: number) {
    this.#serving = this.#serve(target);
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  /** Cuts all connections. */
  cut(): void {
    for (const link of this.#links) {
      this.#links.delete(link);
      link.client.close();
      link.server.close();
    }
  }

  async close(): Promise<void> {
    this.#listener.close();
    this.cut();
    await this.#serving;
  }

  async #serve(target: number): Promise<void> {
    const copies: Promise<void>[] = [];
    for await (const client of this.#listener) {
      const server = await Deno.connect({ hostname: "127.0.0.1", port: target });
      this.connections++;
      this.#links.add({ client, server });
      copies.push(this.#copy(client, server, true), this.#copy(server, client, false));
    }
    await Promise.all(copies);
  }

  async #copy(from: Deno.Conn, to: Deno.Conn, fromClient: boolean): Promise<void> {
    const buffer = new Uint8Array(65_536);
    try {
      for (let n = await from.read(buffer); n !== null; n = await from.read(buffer)) {
        if (fromClient && this.cutOnNextData) {
          this.cutOnNextData = false;
          this.cut();
          return;
        }
        for (let sent = 0; sent < n;) sent += await to.write(buffer.subarray(sent, n));
      }
      await to.closeWrite();
    } catch (error) {
      const cut = error instanceof Deno.errors.BadResource ||
        error instanceof Deno.errors.Interrupted || error instanceof Deno.errors.BrokenPipe ||
        error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.NotConnected;
      if (!cut) throw error;
    }
  }
}
