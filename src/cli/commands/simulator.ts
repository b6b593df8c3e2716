/**
 * `simulator`: serves the embedded Proxmox VE over HTTPS, for trying this program and other clients
 * without a cluster.
 *
 * @module
 */
import { writeErr } from "../../base/process/console.ts";
import { listenForShutdown } from "../../base/process/shutdown.ts";
import { errorMessage } from "../../base/text/error_message.ts";
import { defined } from "../../base/defined.ts";
import type { Release } from "../../simulator/core/model.ts";
import type { SiteName } from "../../simulator/seed/sites.ts";
import { defineCommand, EXIT, UsageError } from "./command.ts";

/** Most guests that are made. */
const MAX_GUESTS = 20_000;

function integer(name: string, text: string | undefined, fallback: number, max: number): number {
  const value = Number(text ?? fallback);
  if (Number.isInteger(value) && value >= 0 && value <= max) return value;
  throw new UsageError(`Cannot use "${text}" as --${name}: expected a number from 0 to ${max}`);
}

function releaseOf(text: string | undefined): Release | undefined {
  if (text === undefined || text === "9.2" || text === "8.4") return text;
  throw new UsageError(`Cannot use "${text}" as --release: expected 9.2 or 8.4`);
}

/** Names of the sites, which are not loaded to tell them. */
const SITE_NAMES: readonly SiteName[] = ["company", "lab", "branch"];

function siteOf(text = "company"): SiteName {
  const site = SITE_NAMES.find((name) => name === text);
  if (site !== undefined) return site;
  throw new UsageError(
    `Cannot use "${text}" as --site: expected ${SITE_NAMES.join(", ")}`,
  );
}

/** `simulator`. */
export const command = defineCommand({
  usage: "simulator",
  about: "Serves the embedded Proxmox VE over HTTPS on 127.0.0.1 until it is interrupted, and\n" +
    "prints how to reach it on stderr.",
  options: {
    port: { type: "string", value: "PORT", description: "Port; 0 takes a free one (8006)" },
    seed: { type: "string", value: "NUMBER", description: "Another seed, another cluster (1)" },
    site: {
      type: "string",
      value: "SITE",
      description: "company: three nodes; lab: two with 8.4; branch: a single one (company)",
    },
    guests: { type: "string", value: "NUMBER", description: `Guests, up to ${MAX_GUESTS} (15)` },
    release: { type: "string", value: "RELEASE", description: "9.2 or 8.4 (that of the site)" },
    fault: {
      type: "string",
      value: "FAULTS",
      description: "What goes wrong, as in node-offline=pve2,latency=500",
    },
  },
  positionals: [0, 0],
  examples: [
    "proxmox-mcp simulator --port 0",
    "proxmox-mcp simulator --guests 5000 --fault node-offline=pve3",
  ],
  failure: "the port is in use",
  run: async (options) => {
    const port = integer("port", options.port, 8006, 65535);
    const seed = integer("seed", options.seed, 1, 2 ** 32 - 1);
    const guests = integer("guests", options.guests, 0, MAX_GUESTS);
    const release = releaseOf(options.release);
    const site = siteOf(options.site);
    const { createSimulator } = await import("../../simulator/simulator.ts");
    const { serveSimulator } = await import("../../simulator/server/server.ts");
    const { parseFaults } = await import("../../simulator/faults/flags.ts");
    const simulator = createSimulator({ seed, guests, site, ...defined({ release }) });
    try {
      for (const fault of parseFaults(options.fault ?? "")) simulator.faults.add(fault);
    } catch (error) {
      throw new UsageError(errorMessage(error));
    }
    await using server = await serveSimulator(simulator, port);
    using end = listenForShutdown();
    const { id, secret } = simulator.tokens.full;
    const [user = "", name = ""] = id.split("!");
    for (
      const line of [
        `Embedded Proxmox VE with ${simulator.cluster.guests.size} guests on ${server.url.origin}`,
        "",
        `PROXMOX_HOST=${server.url.host}`,
        `PROXMOX_USER=${user}`,
        `PROXMOX_TOKEN_NAME=${name}`,
        `PROXMOX_TOKEN_VALUE=${secret}`,
        "PROXMOX_SSL_MODE=verify",
        `PROXMOX_SSL_FINGERPRINT=${server.fingerprint}`,
        "",
        "Ctrl-C ends it",
      ]
    ) writeErr(line);
    await end.requested;
    return EXIT.ok;
  },
});
