/**
 * Puts together what answers calls: the services of the clusters, and the tools. A server over stdio
 * loads this when it has greeted its client.
 *
 * @module
 */
import { ToolCatalog } from "../mcp/tool_catalog.ts";
import { TOOLS } from "../tools/manifest_gen.ts";
import type { Served } from "./served.ts";
import { allClusters } from "./services.ts";

/** All tools, over the clusters that are served. */
export function catalogOf({ configuration, demo }: Served): ToolCatalog {
  return new ToolCatalog({ clusters: allClusters(configuration, demo), tools: TOOLS });
}
