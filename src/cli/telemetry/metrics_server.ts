/**
 * Serves `/metrics`, `/healthz` (this process answers) and `/readyz` (Proxmox VE answers it) on an
 * address of their own.
 *
 * @module
 */
import { ConfigError } from "../../config/config_error.ts";
import type { Clock } from "../../base/async/clock.ts";
import { writeErr } from "../../base/process/console.ts";
import { log } from "../../base/process/log.ts";
import { errorMessage } from "../../base/text/error_message.ts";
import { bareHost } from "../../base/text/host.ts";
import { parseAddress } from "../../mcp/http/listen.ts";
import type { Metrics } from "./metrics.ts";

/** Seconds that Proxmox VE has to answer, and for which an answer counts: probes come often. */
const PROBE_SECONDS = 5;

/** Asks Proxmox VE for something small; rejects when no answer came in time, or none of use. */
export type Probe = (timeoutSeconds: number) => Promise<unknown>;

/** Whether Proxmox VE answers, and somebody gets in. */
class Readiness {
  #asked = -Infinity;
  #answer: Promise<boolean> = Promise.resolve(false);

  constructor(private readonly probe: Probe, private readonly clock: Clock) {}

  isReady(): Promise<boolean> {
    const now = this.clock.monotonic();
    if (now - this.#asked >= PROBE_SECONDS * 1000) {
      this.#asked = now;
      this.#answer = this.#ask();
    }
    return this.#answer;
  }

  async #ask(): Promise<boolean> {
    try {
      await this.probe(PROBE_SECONDS);
      return true;
    } catch (error) {
      log("metrics").warn(`Not ready: ${errorMessage(error)}`);
      return false;
    }
  }
}

function text(body: string, status = 200, type = "text/plain; charset=utf-8"): Response {
  return new Response(body, { status, headers: { "Content-Type": type } });
}

/** What is served, and of whom. */
export interface MetricsServerParts {
  readonly address: string;
  readonly metrics: Metrics;
  readonly probe: Probe;
  readonly clock: Clock;
}

/** A server that is listening. */
export interface MetricsServer {
  readonly url: URL;
  /** Ends at once, whoever is connected. */
  close(): Promise<void>;
}

/**
 * Serves until it is closed.
 *
 * @throws {ConfigError} When it is no address, or cannot be listened on.
 */
export function serveMetrics(
  { address, metrics, probe, clock }: MetricsServerParts,
): MetricsServer {
  const parsed = parseAddress(address);
  if (!parsed) {
    throw new ConfigError([
      `PROXMOX_METRICS_ADDRESS: expected an address such as 127.0.0.1:9464, got "${address}"`,
    ]);
  }
  const readiness = new Readiness(probe, clock);
  const answer = async ({ method, url }: Request): Promise<Response> => {
    if (method !== "GET" && method !== "HEAD") return text("", 405);
    const { pathname } = new URL(url);
    if (pathname === "/healthz") return text("ok\n");
    if (pathname === "/metrics") return text(await metrics.text(), 200, metrics.contentType);
    if (pathname !== "/readyz") return text("", 404);
    return await readiness.isReady() ? text("ok\n") : text("not ready: the log says why\n", 503);
  };
  const ending = new AbortController();
  try {
    const server = Deno.serve({
      signal: ending.signal,
      hostname: bareHost(parsed.hostname),
      port: parsed.port,
      onListen: ({ port }) =>
        void writeErr(`Serving metrics at http://${parsed.hostname}:${port}/metrics`),
    }, answer);
    return {
      url: new URL(`http://${parsed.hostname}:${server.addr.port}`),
      close: async () => {
        ending.abort();
        await server.finished;
      },
    };
  } catch (error) {
    throw new ConfigError([
      `PROXMOX_METRICS_ADDRESS: cannot listen on ${address}: ${errorMessage(error)}`,
    ]);
  }
}
