/**
 * `serve`: serves MCP over stdio until the client goes away, or over HTTP until the process is asked to
 * end.
 *
 * @module
 */
import { ToolCatalog } from "../../mcp/tool_catalog.ts";
import { OpenCalls } from "../../mcp/open_calls.ts";
import { createServer } from "../../mcp/server.ts";
import { serveStdio } from "../../mcp/stdio.ts";
import { clusterServices, demoServices } from "../services.ts";
import { startTelemetry } from "../telemetry/telemetry.ts";
import { TOOLS } from "../../tools/manifest_gen.ts";
import { defineCommand, EXIT, UsageError } from "./command.ts";
import { startingConfig } from "./settings.ts";

interface ServedCatalog {
  readonly catalog: ToolCatalog;
  readonly demo: boolean;
}

async function overStdio({ catalog, demo }: ServedCatalog): Promise<void> {
  const { clock } = catalog.services;
  const calls = new OpenCalls(clock);
  await serveStdio(createServer({ catalog, demo, calls }), calls, clock);
}

async function overHttp(
  served: ServedCatalog,
  where: string,
  withoutToken: boolean,
): Promise<void> {
  const [{ parseAddress, tokenFor }, { serveHttp }] = await Promise.all([
    import("../../mcp/http/listen.ts"),
    import("../../mcp/http/serve.ts"),
  ]);
  const address = parseAddress(where);
  if (!address) {
    throw new UsageError(`Expected an address such as 127.0.0.1:8808 after --http, got "${where}"`);
  }
  const token = tokenFor(address, served.catalog.services.config, withoutToken);
  await serveHttp({ ...served, address, token });
}

/** `serve`, the default command. */
export const command = defineCommand({
  usage: "[serve]",
  about: `Serves MCP over stdio, or with --http over Streamable HTTP at /mcp, for which
PROXMOX_HTTP_TOKEN sets the bearer token. Settings are PROXMOX_* environment variables.`,
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
    const config = startingConfig(demo);
    const services = demo ? demoServices(config) : clusterServices(config);
    try {
      await using _telemetry = await startTelemetry(
        config,
        services.clock,
        (timeoutSeconds) => services.pve.request("GET /version", {}, { timeoutSeconds }),
      );
      const served = { catalog: new ToolCatalog({ services, tools: TOOLS }), demo };
      await (http === undefined ? overStdio(served) : overHttp(served, http, withoutToken));
    } finally {
      services.pve.close();
      services.audit?.close();
    }
    return EXIT.ok;
  },
});
