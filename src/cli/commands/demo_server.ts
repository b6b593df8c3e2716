/**
 * Makes the server that `demo` shows in its own process, loaded only where it may start no other.
 *
 * @module
 */
import { loadConfig, processEnvironment } from "../../config/config.ts";
import { ToolCatalog } from "../../mcp/tool_catalog.ts";
import { OpenCalls } from "../../mcp/open_calls.ts";
import { createServer } from "../../mcp/server.ts";
import type { Server } from "../../mcp/sdk.ts";
import { oneCluster } from "../../tool/clusters.ts";
import { demoServices } from "../services.ts";
import { TOOLS } from "../../tools/manifest_gen.ts";
import { checkToolChoice } from "./settings.ts";

/** A server that is not connected yet. */
export function createDemoServer(elevated: boolean): Server {
  const { config } = loadConfig(processEnvironment, { demo: true, check: checkToolChoice });
  const services = demoServices({ ...config, allowElevated: elevated });
  return createServer({
    catalog: new ToolCatalog({ clusters: oneCluster(services), tools: TOOLS }),
    demo: true,
    calls: new OpenCalls(services.clock),
  });
}
