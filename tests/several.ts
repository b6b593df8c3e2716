/**
 * A real MCP client, connected to one server over several embedded clusters.
 *
 * @module
 */
import { createServer } from "../src/mcp/server.ts";
import { InMemoryTransport } from "../src/mcp/sdk_client.ts";
import { setImmediate } from "node:timers";
import { OpenCalls } from "../src/mcp/open_calls.ts";
import { ToolCatalog } from "../src/mcp/tool_catalog.ts";
import { DEMO_TOKEN } from "../src/simulator/access/demo_token.ts";
import { addressOf } from "../src/simulator/node/addresses.ts";
import { secretAt } from "../src/simulator/seed/site.ts";
import { SITES as SIMULATED } from "../src/simulator/seed/sites.ts";
import { connectSimulators } from "../src/simulator/simulator.ts";
import type { Clusters } from "../src/tool/clusters.ts";
import type { Services } from "../src/tool/services.ts";
import { type Transport, TransportError } from "../src/pve/transport/transport.ts";
import { TOOLS } from "../src/tools/manifest_gen.ts";
import {
  callTool,
  embed,
  type Embedded,
  type Harness,
  type HarnessOptions,
  newClient,
  type ToolAnswer,
} from "./harness.ts";
import { VirtualClock } from "./virtual_clock.ts";

/** How each cluster differs from the default, by its name. */
export type ClusterOptions = Readonly<Record<string, Omit<HarnessOptions, "ask" | "tools">>>;

/** A way to a cluster that is not there: connections are refused. */
export function refusing(): Transport {
  const message = "connection refused";
  return {
    fetch: () => Promise.reject(new TransportError("refused", message, { maybeSent: false })),
    close: () => {},
  };
}

/** A way on which nothing ever comes back. */
export function silent(): Transport {
  return {
    fetch: (_, { signal }) =>
      new Promise((_, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      }),
    close: () => {},
  };
}

/** The changes that reached a cluster. */
export function changesOf({ clusters }: Several, name: string): string[] {
  return (clusters[name]?.simulator.requests ?? []).filter(({ method }) => method !== "GET")
    .map(({ method, path }) => `${method} ${path.replace("/api2/json", "")}`);
}

/** Lets work go on until only time is missing, and then time pass. */
export async function afterSeconds<T>(
  { clock }: Several,
  work: T,
  seconds: number,
): Promise<Awaited<T>> {
  for (let turns = 0; turns < 50; turns++) await new Promise((resolve) => setImmediate(resolve));
  clock.advance(seconds * 1000);
  return await work;
}

/** A connected client of several clusters. */
export interface Several extends AsyncDisposable, Pick<Harness, "client" | "call"> {
  readonly clusters: Readonly<Record<string, Embedded>>;
  readonly clock: VirtualClock;
  readonly catalog: ToolCatalog;
}

/** Clusters that a server reaches, over embedded ones; all have the same clock. */
export function embedSeveral(options: ClusterOptions): {
  readonly embedded: Readonly<Record<string, Embedded>>;
  readonly clusters: Clusters;
  readonly clock: VirtualClock;
} {
  const clock = new VirtualClock();
  const embedded = Object.fromEntries(
    Object.entries(options).map(([name, each]) => [name, embed(each, clock)]),
  );
  connectSimulators(Object.values(embedded).map(({ simulator }) => simulator));
  const all = new Map<string, Services>();
  for (const [cluster, { services, simulator }] of Object.entries(embedded)) {
    // Where the nodes of the others reach it.
    const [node = ""] = simulator.cluster.nodeNames();
    const hosts = [new URL(`https://${addressOf(simulator.cluster, node)}:8006`)];
    all.set(cluster, {
      ...services,
      config: { ...services.config, cluster, settingsName: cluster, hosts },
      all,
    });
  }
  return { embedded, clusters: all, clock };
}

/** What is behind each cluster of a server of several sites, by its name in the settings. */
const SITES = { home: "company", lab: "lab", branch: "branch" } as const;

/**
 * Starts a server over three sites, each of which takes guests of the others in.
 *
 * @param settings Of each cluster, `PROXMOX_` left out.
 */
export async function connectSites(
  settings: Partial<Record<keyof typeof SITES, Readonly<Record<string, string>>>> = {},
  asking: Pick<HarnessOptions, "ask"> = {},
): Promise<Several> {
  const names = Object.keys(SITES) as (keyof typeof SITES)[];
  const options = names.map((name) => {
    const token = {
      MIGRATE_TOKEN: DEMO_TOKEN.id,
      MIGRATE_TOKEN_VALUE: secretAt(SIMULATED[SITES[name]], DEMO_TOKEN.secret),
    };
    const own = { simulator: { site: SITES[name] }, settings: { ...token, ...settings[name] } };
    return [name, own] as const;
  });
  return await connectSeveral(Object.fromEntries(options), asking);
}

/** Starts a server over several embedded clusters, and connects a client. */
export async function connectSeveral(
  options: ClusterOptions,
  asking: Pick<HarnessOptions, "ask"> = {},
): Promise<Several> {
  const { embedded, clusters, clock } = embedSeveral(options);
  const catalog = new ToolCatalog({ clusters, tools: TOOLS });
  const server = createServer({ catalog, demo: true, calls: new OpenCalls(clock) });
  const client = newClient(asking);
  const [near, far] = InMemoryTransport.createLinkedPair();
  await server.connect(far);
  await client.connect(near);
  return {
    client,
    clusters: embedded,
    clock,
    catalog,
    call: (name, args) => callTool(client, name, args),
    [Symbol.asyncDispose]: async () => {
      await client.close();
      for (const { services } of Object.values(embedded)) {
        services.pve.close();
        services.audit?.close();
      }
    },
  };
}

/** Two of the same numbers and names; `lab` has some guests and a node more. */
export function connectTwo(): Promise<Several> {
  return connectSeveral({ home: {}, lab: { simulator: { guests: 18, nodes: 4 } } });
}

/** The cluster that an answer says it is of. */
export function clusterOf({ structured }: ToolAnswer): unknown {
  return structured.cluster;
}
