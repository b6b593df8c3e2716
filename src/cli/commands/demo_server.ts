/**
 * Makes the server that `demo` shows in its own process, loaded only where it may start no other.
 *
 * @module
 */
import { systemClock } from "../../base/async/clock.ts";
import { processEnvironment, readConfig } from "../../config/config.ts";
import { ToolCatalog } from "../../mcp/tool_catalog.ts";
import { OpenCalls } from "../../mcp/open_calls.ts";
import { createServer } from "../../mcp/server.ts";
import type { Server } from "../../mcp/sdk.ts";
import { DEMO_SITES } from "../../simulator/access/demo_token.ts";
import { allClusters } from "../services.ts";
import { TOOLS } from "../../tools/manifest_gen.ts";
import type { DemoServer } from "./demo_child.ts";
import { checkToolChoice } from "./settings.ts";

/** A server that is not connected yet. */
export function createDemoServer({ elevated, clusters }: DemoServer): Server {
  const configuration = readConfig(processEnvironment, {
    demo: clusters ? Object.keys(DEMO_SITES) : true,
    check: checkToolChoice,
  });
  const all = [...configuration.clusters].map(([name, config]) =>
    [name, { ...config, allowElevated: elevated }] as const
  );
  return createServer({
    catalog: new ToolCatalog({
      clusters: allClusters({ ...configuration, clusters: new Map(all) }, true),
      tools: TOOLS,
    }),
    demo: true,
    calls: new OpenCalls(systemClock),
  });
}
