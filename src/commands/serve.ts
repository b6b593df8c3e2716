/**
 * Serves MCP over stdio until the client goes away.
 *
 * @module
 */
import { loadConfig, processEnvironment } from "../config.ts";
import { log, setUpLogging } from "../log.ts";
import { Offer } from "../mcp/offer.ts";
import { OpenCalls } from "../mcp/open_calls.ts";
import { createServer } from "../mcp/server.ts";
import { serveStdio } from "../mcp/stdio.ts";
import { clusterServices, demoServices } from "../services.ts";
import { TOOLS } from "../tools/manifest_gen.ts";
import { defineCommand, EXIT } from "./command.ts";

/** `serve`, the default command. */
export const command = defineCommand({
  usage: "[serve]",
  about: "Serves MCP over stdio. Settings are PROXMOX_* environment variables.",
  options: {
    demo: {
      type: "boolean",
      words: "Serve the embedded Proxmox VE: no cluster, no settings needed",
    },
  },
  words: [0, 0],
  failure: "the server cannot go on",
  run: async (options) => {
    const demo = options.demo === true;
    const { config, warnings } = loadConfig(processEnvironment, { demo });
    setUpLogging(config.LOG_LEVEL, config.LOG_FORMAT);
    for (const warning of warnings) log("config").warn(warning);
    const services = demo ? demoServices(config) : clusterServices(config);
    const calls = new OpenCalls(services.clock);
    const offer = new Offer({ services, tools: TOOLS });
    await serveStdio(createServer({ offer, demo, calls }), calls);
    services.pve.close();
    return EXIT.ok;
  },
});
