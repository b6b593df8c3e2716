/**
 * Servers that share nothing but a key, behind a proxy that knows nothing of MCP. Requests without
 * sessions are answered by one server and by replicas alike, and the tests of them run both ways,
 * but for what is each process's own (docs/http.md#several-servers):
 *
 * - the minute for which Proxmox VE is not asked again about a token, and the rate limit of a person;
 * - that a state or a code is good once: replicas do not tell each other;
 * - places for open requests, and calls that are cancelled as their client or the server goes away;
 * - sessions, which are of the server that began them.
 *
 * @module
 */
import { servicesOver } from "../../../src/cli/services.ts";
import type { Callers } from "../../../src/mcp/http/caller.ts";
import type { Simulator } from "../../../src/simulator/simulator.ts";
import { embed, type Embedded, type HarnessOptions } from "../../harness.ts";
import type { VirtualClock } from "../../virtual_clock.ts";
import { addOther } from "./people.ts";
import {
  type Served,
  type ServedBy,
  type ServedPeople,
  servePeople,
  serveShared,
} from "./served.ts";

/** What clients reach at one address. */
export interface Reached<S> extends AsyncDisposable {
  readonly url: URL;
  readonly simulator: Simulator;
  readonly clock: VirtualClock;
  readonly servers: readonly S[];
}

/** Two servers behind a proxy that hands each request to the other one, whatever it is. */
export interface Replicas<S> extends Reached<S> {
  readonly servers: readonly [S, S];
}

/** Serves by services that are a server's own. */
type Serve<S> = (embedded: Embedded) => S | Promise<S>;

/** The services of a replica: of the cluster, they share what is at the other end of the way to it. */
function ofReplica({ simulator, clock, services: { config } }: Embedded): Embedded {
  const access = { token: simulator.tokens.full };
  return { simulator, clock, services: servicesOver(config, simulator.transport(), access, clock) };
}

/**
 * Serves by two replicas.
 *
 * @param sharesKey False for replicas each with a key of its own.
 */
export async function replicasOf<S extends ServedBy<Callers>>(
  options: HarnessOptions,
  serve: Serve<S>,
  { sharesKey = true } = {},
): Promise<Replicas<S>> {
  const key = await Deno.makeTempFile();
  await Deno.writeTextFile(key, crypto.randomUUID());
  const settings = { ...options.settings, ...(sharesKey ? { HTTP_STATE_KEY_FILE: key } : {}) };
  const embedded = embed({ ...options, settings });
  await Deno.remove(key);
  const { simulator, clock } = embedded;
  const servers = [
    await serve(ofReplica(embedded)),
    await serve(ofReplica(embedded)),
  ] as const;
  let turn = 0;
  const proxy = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { url } = servers[turn++ % 2]!;
    const { method, headers, body } = request;
    return fetch(url, { method, headers, body });
  });
  return {
    ...{ simulator, clock, servers },
    url: new URL(`http://127.0.0.1:${proxy.addr.port}/mcp`),
    [Symbol.asyncDispose]: async () => {
      await proxy.shutdown();
      for (const each of servers) await each[Symbol.asyncDispose]();
      embedded.services.pve.close();
    },
  };
}

/** Serves all who have the one token by two replicas. */
export function serveReplicas(
  options: HarnessOptions = {},
  keys?: { readonly sharesKey: boolean },
): Promise<Replicas<Served>> {
  return replicasOf(options, serveShared, keys);
}

const WAYS = ["one server", "two replicas"] as const;
/** How requests without sessions are served. */
export type Way = typeof WAYS[number];

/** Tests what holds whatever answers. */
export function testEachWay(title: string, test: (way: Way) => Promise<void>): void {
  for (const way of WAYS) Deno.test(`${title}: by ${way}`, () => test(way));
}

/** Serves one way or the other. */
export async function serveWay<S extends ServedBy<Callers>>(
  way: Way,
  options: HarnessOptions,
  serve: Serve<S>,
): Promise<Reached<S>> {
  if (way === "two replicas") return await replicasOf(options, serve);
  const server = await serve(embed(options));
  const { url, simulator, clock } = server;
  return {
    ...{ url, simulator, clock, servers: [server] },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Serves all who have the one token. */
export function serveOne(way: Way, options: HarnessOptions = {}): Promise<Reached<Served>> {
  return serveWay(way, options, serveShared);
}

/** Serves people with tokens of their own, one of whom has no rights. */
export function serveEach(way: Way, options: HarnessOptions = {}): Promise<Reached<ServedPeople>> {
  return serveWay(way, options, (embedded) => {
    addOther(embedded.simulator);
    return servePeople(options, embedded);
  });
}

/** How many sessions and people the servers keep. */
export function kept(
  { servers }: Reached<ServedBy<{ readonly known: { readonly size: number } } & Callers>>,
): number {
  return servers.reduce(
    (sum, { sessions, callers }) => sum + sessions.size + callers.known.size,
    0,
  );
}
