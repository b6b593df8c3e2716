/**
 * `serve`: serves MCP over stdio until the client goes away, or over HTTP until the process is asked to
 * end.
 *
 * @module
 */
import { systemClock } from "../../base/async/clock.ts";
import { once } from "../../base/async/once.ts";
import { OpenCalls } from "../../mcp/open_calls.ts";
import { createServer } from "../../mcp/server.ts";
import { serveStdio } from "../../mcp/stdio.ts";
import { DEMO_SITES } from "../../simulator/access/demo_token.ts";
import { probeOf, type Served } from "../served.ts";
import type { Probe } from "../telemetry/metrics_server.ts";
import { startTelemetry } from "../telemetry/telemetry.ts";
import { allowedByAny, anyOf } from "../../tool/clusters.ts";
import { chooseTools } from "../../tool/toolset.ts";
import { OUTLINES } from "../../tools/outlines_gen.ts";
import { defineCommand, EXIT, UsageError } from "./command.ts";
import { checkToolChoice, httpCheck, startingConfig } from "./settings.ts";

/** Serves until the client goes away. Nothing of the tools is loaded before it is greeted. */
async function overStdio(served: Served): Promise<void> {
  const { configuration, demo } = served;
  const calls = new OpenCalls(systemClock);
  await using loaded = new AsyncDisposableStack();
  const load = once(async () => {
    const [{ catalogOf }, { closeAll }] = await Promise.all([
      import("../catalog.ts"),
      import("../services.ts"),
    ]);
    const catalog = catalogOf(served);
    loaded.defer(() => closeAll(catalog.clusters));
    return catalog;
  });
  const probe: Probe = async (timeoutSeconds) =>
    await probeOf((await load()).clusters)(timeoutSeconds);
  await using _telemetry = await startTelemetry(configuration.process, systemClock, probe);
  const clusters = new Map(
    [...configuration.clusters].map(([name, config]) => [name, { config }]),
  );
  const { readOnly } = allowedByAny(clusters);
  const chosen = chooseTools(OUTLINES, { ...anyOf(clusters).config, readOnly });
  const catalog = { clusters, ...chosen, load };
  await serveStdio(createServer({ catalog, demo, calls }), calls, systemClock);
}

async function overHttp(served: Served, where: string, withoutToken: boolean): Promise<void> {
  const [{ parseAddress, tokenFor }, { serveHttp }, { servedCallers }] = await Promise.all([
    import("../../mcp/http/listen.ts"),
    import("../../mcp/http/serve.ts"),
    import("../http_callers.ts"),
  ]);
  const address = parseAddress(where);
  if (!address) {
    throw new UsageError(`Expected an address such as 127.0.0.1:8808 after --http, got "${where}"`);
  }
  const { configuration: { process }, demo } = served;
  const token = tokenFor(address, process, withoutToken);
  const { probe, close, ...callers } = await servedCallers(served, token);
  try {
    await using _telemetry = await startTelemetry(process, systemClock, probe);
    await serveHttp({ config: process, demo, address, ...callers });
  } finally {
    close();
  }
}

/** `serve`, the default command. */
export const command = defineCommand({
  usage: "[serve]",
  about: `Serves MCP over stdio, or with --http over Streamable HTTP at /mcp, for which
PROXMOX_HTTP_TOKEN sets the bearer token of all, or PROXMOX_HTTP_AUTH asks each caller for a token
of their own: one of Proxmox VE (pve), or of an identity provider (oidc). Settings are PROXMOX_*
environment variables.`,
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
    clusters: {
      type: "boolean",
      description: "With --demo: three embedded ones, home, lab and branch",
    },
  },
  positionals: [0, 0],
  examples: ["proxmox-mcp", "proxmox-mcp serve --http 127.0.0.1:8808"],
  failure: "the server cannot go on",
  run: async ({ http, "without-token": withoutToken = false, demo = false, clusters = false }) => {
    if (withoutToken && http === undefined) {
      throw new UsageError("--without-token goes with --http");
    }
    if (clusters && !demo) {
      throw new UsageError("--clusters goes with --demo; PROXMOX_CLUSTERS names real ones");
    }
    const embedded = clusters ? Object.keys(DEMO_SITES) : demo;
    const isHttp = http !== undefined;
    const check = isHttp ? await httpCheck() : checkToolChoice;
    const served = { configuration: startingConfig(embedded, isHttp, check), demo };
    await (http === undefined ? overStdio(served) : overHttp(served, http, withoutToken));
    return EXIT.ok;
  },
});
