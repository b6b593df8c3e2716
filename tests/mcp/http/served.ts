/**
 * The HTTP server on a real port of this machine, over an embedded Proxmox VE and by a clock that
 * does not wait.
 *
 * @module
 */
import { Access } from "../../../src/mcp/http/access.ts";
import { type Callers, SharedCaller } from "../../../src/mcp/http/caller.ts";
import { HttpHandler } from "../../../src/mcp/http/handler.ts";
import { RecentRates } from "../../../src/mcp/http/recent_rates.ts";
import type { CallerParts } from "../../../src/mcp/http/own_rights.ts";
import type { ProtectedResource } from "../../../src/mcp/http/protected_resource.ts";
import type { Sessions } from "../../../src/mcp/http/sessions.ts";
import type { StatelessRequests } from "../../../src/mcp/http/stateless.ts";
import { TokenCallers } from "../../../src/mcp/http/token_callers.ts";
import { ToolCatalog } from "../../../src/mcp/tool_catalog.ts";
import { oneCluster } from "../../../src/tool/clusters.ts";
import type { McpTransport } from "../../../src/mcp/sdk.ts";
import { type Client, StreamableHTTPClientTransport } from "../../../src/mcp/sdk_client.ts";
import { callerServices, servicesOver } from "../../../src/cli/services.ts";
import type { TransportRequest } from "../../../src/pve/transport/transport.ts";
import type { Services } from "../../../src/tool/services.ts";
import { TOOLS } from "../../../src/tools/manifest_gen.ts";
import { ClusterCallers } from "../../../src/mcp/http/cluster_callers.ts";
import { type ClusterOptions, embedSeveral } from "../../several.ts";
import { embed, type Embedded, type HarnessOptions, newClient } from "../../harness.ts";

/** The bearer token of the server. */
export const TOKEN = "a-token-that-nobody-guesses";

/** How a client is different. */
interface ConnectOptions extends Pick<HarnessOptions, "ask" | "apps"> {
  /** In place of the one token of all: the header `Authorization`. */
  readonly authorization?: string;
}

/** A server over HTTP. */
export interface ServedBy<C extends Callers> extends Embedded, AsyncDisposable {
  readonly url: URL;
  readonly sessions: Sessions;
  readonly stateless: StatelessRequests;
  readonly access: Access;
  readonly handler: HttpHandler;
  readonly callers: C;
  /** A client with a session of its own. */
  connect(options?: ConnectOptions): Promise<Client>;
}

/** A server whose callers all have its one token. */
export interface Served extends ServedBy<SharedCaller> {}
/** A server whose callers have tokens of their own, and no other has the server. */
export interface ServedPeople extends ServedBy<TokenCallers> {
  /** The services of each who was let in, in that order. */
  readonly people: readonly Services[];
}

/** The transport of a client that sends a header. */
function transportTo(url: URL, Authorization: string): StreamableHTTPClientTransport {
  return new StreamableHTTPClientTransport(url, { requestInit: { headers: { Authorization } } });
}

/** Serves such callers on 127.0.0.1. */
export function serveBy<C extends Callers>(
  embedded: Embedded,
  callers: C,
  resource?: ProtectedResource,
): ServedBy<C> {
  const { services, clock } = embedded;
  const access = new Access(["127.0.0.1", "mcp.example.com"], callers, resource);
  const handler = new HttpHandler(access, { demo: true, clock });
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => handler.handle(request, "127.0.0.1"),
  );
  const url = new URL(`http://127.0.0.1:${server.addr.port}/mcp`);
  const clients: Client[] = [];
  return {
    ...embedded,
    url,
    sessions: handler.sessions,
    stateless: handler.stateless,
    access,
    handler,
    callers,
    connect: async ({ authorization = `Bearer ${TOKEN}`, ...options } = {}) => {
      const client = newClient(options);
      await client.connect(transportTo(url, authorization) as McpTransport);
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

/** Serves all who have the one token. */
export function serveShared(embedded: Embedded): Served {
  const catalog = new ToolCatalog({ clusters: oneCluster(embedded.services), tools: TOOLS });
  return serveBy(embedded, new SharedCaller(catalog, TOKEN));
}

/** Serves on 127.0.0.1. */
export function serve(options: HarnessOptions = {}): Served {
  return serveShared(embed(options));
}

/** What gives people with rights of their own services, and who was given some. */
export function peoplesServices(
  { simulator, clock, services: { config, seals } }: Embedded,
  options: HarnessOptions,
): { readonly people: Services[]; readonly parts: CallerParts } {
  const transport = options.transport?.(simulator.transport()) ?? simulator.transport();
  const people: Services[] = [];
  const rates = new RecentRates(config.rateLimit, clock);
  const servicesFor: CallerParts["servicesFor"] = (caller, onRefused) => {
    const services = callerServices(config, transport, caller, {
      ...{ onRefused, seals, clock },
      rate: rates.of(caller.name),
    });
    people.push(services);
    return services;
  };
  return { people, parts: { tools: TOOLS, clock, servicesFor } };
}

/** Serves people with tokens of their own on 127.0.0.1. */
export function servePeople(
  options: HarnessOptions = {},
  embedded: Embedded = embed(options),
): ServedPeople {
  const { people, parts } = peoplesServices(embedded, options);
  return { ...serveBy(embedded, new TokenCallers(parts)), people };
}

/** A server whose Proxmox VE never answers; it records when a request arrives and when it is aborted. */
export function serveSilent(): {
  served: Served;
  arrived: Promise<void>;
  givenUp: Promise<unknown>;
} {
  const arrived = Promise.withResolvers<void>();
  const givenUp = Promise.withResolvers<unknown>();
  const { services: { config } } = embed({});
  const transport = {
    fetch: (_: URL, { signal }: TransportRequest): Promise<Response> => {
      arrived.resolve();
      return new Promise((_, reject) =>
        signal.addEventListener("abort", () => {
          givenUp.resolve(signal.reason);
          reject(signal.reason);
        })
      );
    },
    close: () => {},
  };
  const { pve } = servicesOver(config, transport, { token: { id: "a@pve!b", secret: "c" } });
  return {
    served: serve({ services: { pve } }),
    arrived: arrived.promise,
    givenUp: givenUp.promise,
  };
}

/**
 * Serves people with rights of their own in each of several clusters.
 *
 * @param callersOf Tells who calls one of them: by default each has a token of their own.
 */
export function servePeopleOf(
  options: ClusterOptions,
  callersOf: (parts: CallerParts, cluster: string) => Callers = (parts) => new TokenCallers(parts),
): ServedBy<ClusterCallers> & {
  readonly embedded: Readonly<Record<string, Embedded>>;
} {
  const { embedded, clock } = embedSeveral(options);
  const callers = Object.entries(embedded).map(([cluster, { services, simulator }]) =>
    [
      cluster,
      callersOf({
        tools: TOOLS,
        clock,
        servicesFor: (caller, onRefused) =>
          callerServices(
            { ...services.config, cluster },
            simulator.transport(),
            caller,
            { onRefused, clock, seals: services.seals },
          ),
      }, cluster),
    ] as const
  );
  const [first] = Object.values(embedded);
  if (!first) throw new TypeError("Cannot serve without a cluster");
  return { ...serveBy(first, new ClusterCallers(new Map(callers))), embedded };
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

/** Sends a request by hand. */
export function post(
  url: URL,
  body: BodyInit,
  more: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(url, { method: "POST", headers: headers(more), body });
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
