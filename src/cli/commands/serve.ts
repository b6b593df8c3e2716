/**
 * `serve`: serves MCP over stdio until the client goes away, or over HTTP until the process is asked to
 * end.
 *
 * @module
 */
import { systemClock } from "../../base/async/clock.ts";
import { log } from "../../base/process/log.ts";
import type { Config, Configuration } from "../../config/config.ts";
import type { Callers } from "../../mcp/http/caller.ts";
import { ToolCatalog } from "../../mcp/tool_catalog.ts";
import { OpenCalls } from "../../mcp/open_calls.ts";
import { createServer } from "../../mcp/server.ts";
import { serveStdio } from "../../mcp/stdio.ts";
import { below } from "../../base/text/host.ts";
import type { Transport } from "../../pve/transport.ts";
import type { Clusters } from "../../tool/clusters.ts";
import { allClusters, callerServices, callersTransport, closeAll, lazySeals } from "../services.ts";
import type { Probe } from "../telemetry/metrics_server.ts";
import { startTelemetry } from "../telemetry/telemetry.ts";
import { TOOLS } from "../../tools/manifest_gen.ts";
import { defineCommand, EXIT, UsageError } from "./command.ts";
import { startingConfig } from "./settings.ts";

/** What is served: the clusters of the settings, or the embedded one. */
interface Served {
  readonly configuration: Configuration;
  readonly demo: boolean;
}

/** Asks each cluster: a server is ready while any of them answers. */
function probeOf(clusters: Clusters): Probe {
  return (timeoutSeconds) =>
    Promise.any(
      [...clusters.values()].map(({ pve }) => pve.request("GET /version", {}, { timeoutSeconds })),
    ).catch(firstReason);
}

/** In place of an error that holds several. */
function firstReason(error: unknown): never {
  throw error instanceof AggregateError ? error.errors[0] : error;
}

async function overStdio({ configuration, demo }: Served): Promise<void> {
  const clusters = allClusters(configuration, demo);
  const calls = new OpenCalls(systemClock);
  const catalog = new ToolCatalog({ clusters, tools: TOOLS });
  try {
    await using _telemetry = await startTelemetry(
      configuration.process,
      systemClock,
      probeOf(clusters),
    );
    await serveStdio(createServer({ catalog, demo, calls }), calls, systemClock);
  } finally {
    closeAll(clusters);
  }
}

/** Who calls, what tells whether Proxmox VE answers, and what closes the connections of all. */
interface ServedCallers {
  readonly callers: Callers;
  readonly probe: Probe;
  close(): void;
}

/** All callers as one, with the server's rights. */
async function sharedCaller(
  served: Served,
  token: string | undefined,
): Promise<ServedCallers> {
  const { SharedCaller } = await import("../../mcp/http/caller.ts");
  const clusters = allClusters(served.configuration, served.demo);
  const catalog = new ToolCatalog({ clusters, tools: TOOLS });
  return {
    callers: new SharedCaller(catalog, token),
    probe: probeOf(clusters),
    close: () => closeAll(clusters),
  };
}

/** Settings that hold for nobody who calls with rights of their own. */
function withoutEffect({ tokenValue, password, sshEnabled, filesDir }: Config): string[] {
  const settings = {
    TOKEN_VALUE: tokenValue !== undefined,
    PASSWORD: password !== undefined,
    SSH_ENABLED: sshEnabled,
    FILES_DIR: filesDir !== undefined,
  };
  return Object.entries(settings).filter(([, set]) => set).map(([key]) => `PROXMOX_${key}`);
}

/** Any answer tells that Proxmox VE is there: nobody's rights are used. */
function answerProbe({ hosts: [host] }: Config, transport: Transport): Probe {
  return async (timeoutSeconds) => {
    if (!host) throw new TypeError("Cannot ask without a host");
    const response = await transport.fetch(below(host, "/api2/json/version"), {
      method: "GET",
      headers: {},
      signal: AbortSignal.timeout(timeoutSeconds * 1000),
    });
    await response.body?.cancel();
  };
}

/** Each caller with rights of their own. */
async function tokenCallers({ configuration, demo }: Served): Promise<ServedCallers> {
  const [{ TokenCallers }, { RecentRates }] = await Promise.all([
    import("../../mcp/http/token_callers.ts"),
    import("../../mcp/http/recent_rates.ts"),
  ]);
  const [config] = configuration.clusters.values();
  if (!config) throw new TypeError("Cannot serve without a cluster");
  const idle = withoutEffect(config);
  if (idle.length > 0) {
    log("config").warn(`${idle.join(", ")}: no effect over HTTP with PROXMOX_HTTP_AUTH=pve`);
  }
  const transport = callersTransport(config, demo);
  const seals = lazySeals(config, systemClock);
  const rates = new RecentRates(config.rateLimit, systemClock);
  const callers = new TokenCallers({
    tools: TOOLS,
    clock: systemClock,
    servicesFor: (token, onRefused) =>
      callerServices(config, transport, token, { onRefused, seals, rate: rates.of(token.id) }),
  });
  return { callers, probe: answerProbe(config, transport), close: () => transport.close() };
}

async function overHttp(served: Served, where: string, withoutToken: boolean): Promise<void> {
  const [{ parseAddress, tokenFor }, { serveHttp }] = await Promise.all([
    import("../../mcp/http/listen.ts"),
    import("../../mcp/http/serve.ts"),
  ]);
  const address = parseAddress(where);
  if (!address) {
    throw new UsageError(`Expected an address such as 127.0.0.1:8808 after --http, got "${where}"`);
  }
  const { configuration: { process }, demo } = served;
  const token = tokenFor(address, process, withoutToken);
  const { callers, probe, close } = process.httpAuth === "pve"
    ? await tokenCallers(served)
    : await sharedCaller(served, token);
  try {
    await using _telemetry = await startTelemetry(process, systemClock, probe);
    await serveHttp({ config: process, demo, address, callers });
  } finally {
    close();
  }
}

/** `serve`, the default command. */
export const command = defineCommand({
  usage: "[serve]",
  about: `Serves MCP over stdio, or with --http over Streamable HTTP at /mcp, for which
PROXMOX_HTTP_TOKEN sets the bearer token of all, or PROXMOX_HTTP_AUTH=pve asks each caller for a
Proxmox VE API token of their own. Settings are PROXMOX_* environment variables.`,
  options: {
    http: {
      type: "string",
      value: "HOST:PORT",
      description: "Serve over HTTP; a port alone is on 127.0.0.1",
    },
    "without-token": {
      type: "boolean",
      description: "Let in every program of this machine; only with --http on a loopback address",
    },
    demo: {
      type: "boolean",
      description: "Serve the embedded Proxmox VE: no cluster, no settings needed",
    },
  },
  positionals: [0, 0],
  examples: ["proxmox-mcp", "proxmox-mcp serve --http 127.0.0.1:8808"],
  failure: "the server cannot go on",
  run: async ({ http, "without-token": withoutToken = false, demo = false }) => {
    if (withoutToken && http === undefined) {
      throw new UsageError("--without-token goes with --http");
    }
    const served = { configuration: startingConfig(demo, http !== undefined), demo };
    await (http === undefined ? overStdio(served) : overHttp(served, http, withoutToken));
    return EXIT.ok;
  },
});
