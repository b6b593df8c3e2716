/**
 * The embedded Proxmox VE as one cluster, or as several whose nodes reach each other.
 *
 * @module
 */
import { once } from "../base/async/once.ts";
import type { Config } from "../config/config.ts";
import type { Token } from "../pve/credentials.ts";
import { lazyTransport } from "../pve/transport/lazy_transport.ts";
import type { Transport } from "../pve/transport/transport.ts";
import { DEMO_SITES, DEMO_TOKEN } from "../simulator/access/demo_token.ts";

/** A name of one of several embedded clusters. */
type DemoSite = keyof typeof DEMO_SITES;

function isDemoSite(name: string): name is DemoSite {
  return Object.hasOwn(DEMO_SITES, name);
}

/** The embedded clusters, whose nodes reach each other; made when one of them is first asked. */
const loadSites = once(async () => {
  const { connectSimulators, createSimulator } = await import("../simulator/simulator.ts");
  const sites = Object.entries(DEMO_SITES).map(([name, { site }]) =>
    [name, createSimulator({ site })] as const
  );
  connectSimulators(sites.map(([, simulator]) => simulator));
  return new Map(sites);
});

/** The way to the embedded cluster, or to that of several which has this name. */
export function demoTransport(name: string): Transport {
  return lazyTransport(async () => {
    const { createSimulator } = await import("../simulator/simulator.ts");
    const simulator = isDemoSite(name) ? (await loadSites()).get(name) : undefined;
    return (simulator ?? createSimulator()).transport();
  });
}

/** The token of the embedded cluster, or of that of several which has this name. */
export function demoToken(name: string): Token {
  return isDemoSite(name) ? { id: DEMO_TOKEN.id, secret: DEMO_SITES[name].secret } : DEMO_TOKEN;
}

/** The settings of one of several embedded clusters: where it is, and who may bring guests there. */
export function demoConfig(config: Config): Config {
  const { cluster = "" } = config;
  if (!isDemoSite(cluster)) return config;
  const { address, secret } = DEMO_SITES[cluster];
  const hosts = [new URL(`https://${address}:8006`)];
  return { ...config, hosts, migrateToken: DEMO_TOKEN.id, migrateTokenValue: secret };
}
