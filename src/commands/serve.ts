/**
 * Serves MCP over stdio until the client goes away.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { loadConfig, processEnvironment } from "../config.ts";
import { writeOut } from "../console.ts";
import { log, setUpLogging } from "../log.ts";
import { createServer } from "../mcp/server.ts";
import { serveStdio } from "../mcp/stdio.ts";
import { clusterServices, demoServices } from "../services.ts";
import { TOOLS } from "../tools/manifest_gen.ts";

const HELP = `Usage: proxmox-mcp [serve] [--demo]

Serves MCP over stdio. Settings are PROXMOX_* environment variables.

  --demo   Serve the embedded Proxmox VE: no cluster, no settings needed`;

/** Runs the command. */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { demo: { type: "boolean" }, help: { type: "boolean", short: "h" } },
  });
  if (values.help) return writeOut(HELP);
  const demo = values.demo === true;
  const { config, warnings } = loadConfig(processEnvironment, { demo });
  setUpLogging(config.LOG_LEVEL, config.LOG_FORMAT);
  for (const warning of warnings) log("config").warn(warning);
  const services = demo ? demoServices(config) : clusterServices(config);
  await serveStdio(createServer({ services, tools: TOOLS, demo }));
  services.pve.close();
  return 0;
}
