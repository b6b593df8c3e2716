/**
 * Serves the host of the views and, at the same origin, the MCP server that they are of, over an
 * embedded Proxmox VE.
 *
 * @module
 */
import { type Clock, systemClock } from "../../src/base/async/clock.ts";
import { servicesOver } from "../../src/cli/services.ts";
import { loadConfig } from "../../src/config/config.ts";
import { Access } from "../../src/mcp/http/access.ts";
import { SharedCaller } from "../../src/mcp/http/caller.ts";
import { HttpHandler, MCP_PATH } from "../../src/mcp/http/handler.ts";
import { ToolCatalog } from "../../src/mcp/tool_catalog.ts";
import {
  createSimulator,
  type Simulator,
  type SimulatorOptions,
} from "../../src/simulator/simulator.ts";
import { oneCluster } from "../../src/tool/clusters.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";
import { ROOT } from "../project.ts";
import { type BrowserBundle, browserBundle } from "./browser_bundle.ts";

const HOSTNAME = "127.0.0.1";

/** How a server is different. */
export interface HostOptions {
  readonly port?: number;
  readonly simulator?: Omit<SimulatorOptions, "clock">;
  /** Settings by the names of their variables. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A server that runs. */
export interface HostServer extends AsyncDisposable {
  readonly url: URL;
  readonly simulator: Simulator;
}

/** The script of the host page; made once, as it is the same for all servers. */
export type HostBundle = BrowserBundle;

/** Bundles the host page. */
export function hostBundle(): Promise<HostBundle> {
  return browserBundle(`${ROOT}scripts/apps/browser/host.ts`);
}

function pageOf({ script, style }: HostBundle): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Views of proxmox-mcp</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<div id="bar">
<select id="calls" aria-label="Call"></select>
<button id="theme"></button>
<button id="width">Width</button>
</div>
<div id="question" hidden>
<p id="message"></p>
<button id="accept">Accept</button> <button id="decline">Decline</button>
</div>
<div id="place"></div>
<script type="module">${script}</script>
</body>
</html>
`;
}

function handlerOver(simulator: Simulator, clock: Clock, settings: HostOptions["settings"]): {
  readonly handler: HttpHandler;
  readonly close: () => void;
} {
  const variables: Readonly<Record<string, string>> = {
    PROXMOX_ALLOW_ELEVATED: "true",
    ...settings,
  };
  const { config } = loadConfig({
    get: (name) => variables[name],
    names: () => Object.keys(variables),
    readFile: Deno.readTextFileSync,
  }, { demo: true });
  const services = servicesOver(
    config,
    simulator.transport(),
    { token: simulator.tokens.full },
    clock,
  );
  const callers = new SharedCaller(
    new ToolCatalog({ clusters: oneCluster(services), tools: TOOLS }),
    undefined,
  );
  const access = new Access([HOSTNAME], callers);
  return {
    handler: new HttpHandler(access, { demo: true, clock }),
    close: () => services.pve.close(),
  };
}

/** Serves until it is disposed of. */
export function serveHost(bundle: HostBundle, options: HostOptions = {}): HostServer {
  const clock = systemClock;
  const simulator = createSimulator({ ...options.simulator, clock });
  const { handler, close } = handlerOver(simulator, clock, options.settings);
  const page = pageOf(bundle);
  const server = Deno.serve(
    { hostname: HOSTNAME, port: options.port ?? 0, onListen: () => {} },
    (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === MCP_PATH) return handler.handle(request, HOSTNAME);
      if (pathname !== "/") return new Response(null, { status: 404 });
      return new Response(page, { headers: { "Content-Type": "text/html; charset=utf-8" } });
    },
  );
  return {
    url: new URL(`http://${HOSTNAME}:${server.addr.port}/`),
    simulator,
    [Symbol.asyncDispose]: async () => {
      await handler.end(AbortSignal.abort());
      await server.shutdown();
      close();
    },
  };
}
