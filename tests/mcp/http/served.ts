/**
 * The HTTP server on a real port of this machine, over an embedded Proxmox VE and by a clock that
 * does not wait.
 *
 * @module
 */
import { Access } from "../../../src/mcp/http/access.ts";
import { HttpHandler } from "../../../src/mcp/http/handler.ts";
import { Sessions } from "../../../src/mcp/http/sessions.ts";
import { ToolCatalog } from "../../../src/mcp/tool_catalog.ts";
import type { McpTransport } from "../../../src/mcp/sdk.ts";
import { type Client, StreamableHTTPClientTransport } from "../../../src/mcp/sdk_client.ts";
import { TOOLS } from "../../../src/tools/manifest_gen.ts";
import { embed, type Embedded, type HarnessOptions, newClient } from "../../harness.ts";

/** The bearer token of the server. */
export const TOKEN = "a-token-that-nobody-guesses";

/** A server over HTTP. */
export interface Served extends Embedded, AsyncDisposable {
  readonly url: URL;
  readonly sessions: Sessions;
  readonly handler: HttpHandler;
  /** A client with a session of its own. */
  connect(ask?: HarnessOptions["ask"]): Promise<Client>;
}

/** The transport of a client that has the token. */
function transportTo(url: URL): StreamableHTTPClientTransport {
  return new StreamableHTTPClientTransport(url, {
    requestInit: { headers: { Authorization: `Bearer ${TOKEN}` } },
  });
}

/** Serves on 127.0.0.1. */
export function serve(options: HarnessOptions = {}): Served {
  const embedded = embed(options);
  const { services, clock } = embedded;
  const catalog = new ToolCatalog({ services, tools: TOOLS });
  const sessions = new Sessions({ catalog, demo: true, clock });
  const access = new Access(["127.0.0.1", "mcp.example.com"], TOKEN);
  const handler = new HttpHandler(access, sessions, clock);
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => handler.handle(request, "127.0.0.1"),
  );
  const url = new URL(`http://127.0.0.1:${server.addr.port}/mcp`);
  const clients: Client[] = [];
  return {
    ...embedded,
    url,
    sessions,
    handler,
    connect: async (ask) => {
      const client = newClient(ask ? { ask } : {});
      await client.connect(transportTo(url) as McpTransport);
      clients.push(client);
      return client;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(clients.map((client) => client.close()));
      await handler.end(AbortSignal.abort());
      await server.shutdown();
      services.pve.close();
    },
  };
}

/** Headers of a request by hand. */
export function headers(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    Authorization: `Bearer ${TOKEN}`,
    "Content-Type": "application/json",
    Accept: "application/json, text/event-stream",
    ...more,
  };
}

/** A JSON-RPC request as a body. */
export function rpc(id: number, method: string, params: object = {}): string {
  return JSON.stringify({ jsonrpc: "2.0", id, method, params });
}

/** The body of `initialize`. */
export const INITIALIZE = rpc(0, "initialize", {
  protocolVersion: "2025-06-18",
  capabilities: {},
  clientInfo: { name: "test", version: "1" },
});
