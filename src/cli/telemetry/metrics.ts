/**
 * Counts what the program does, for Prometheus. No label has a name, an address or a path of the
 * cluster.
 *
 * @module
 */
import type {
  BegunWork,
  HappeningName,
  LevelName,
  Observer,
  Work,
} from "../../base/process/observe.ts";
import { VERSION } from "../../base/process/version.ts";
import type * as Prometheus from "./prom_client.ts";

const { Counter, Gauge, Histogram, Registry } = await import("./prom_client.ts");

/** Seconds that bound how long calls and tasks take, and requests. */
const LONG = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
const SHORT = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** An observer that counts. */
export class Metrics implements Observer {
  readonly #registry = new Registry();
  readonly #calls = this.#counter("calls_total", "Calls of tools", ["tool", "action", "outcome"]);
  readonly #callSeconds = this.#histogram("call_duration_seconds", "How long calls took", LONG, [
    "tool",
  ]);
  readonly #callsOpen = this.#gauge("calls_open", "Calls that are being answered");
  readonly #requests = this.#counter(
    "pve_requests_total",
    "Requests to Proxmox VE by HTTP status, or why there was none",
    ["method", "status"],
  );
  readonly #requestSeconds = this.#histogram(
    "pve_request_duration_seconds",
    "How long requests to Proxmox VE took, their wait for others included",
    SHORT,
    ["method"],
  );
  readonly #tasks = this.#counter("pve_tasks_total", "Tasks that calls waited for", [
    "type",
    "outcome",
  ]);
  readonly #taskSeconds = this.#histogram(
    "pve_task_wait_seconds",
    "How long calls waited for tasks",
    LONG,
    ["type"],
  );
  readonly #happenings: Readonly<Record<HappeningName, Prometheus.Counter>> = {
    confirmation: this.#counter(
      "confirmations_total",
      "Confirmations asked, accepted, declined, left without answer, void; codes given and accepted",
      ["outcome"],
    ),
    failover: this.#counter("failovers_total", "Hosts left, and returned to", ["outcome"]),
  };
  readonly #levels: Readonly<Record<LevelName, Prometheus.Gauge>> = {
    connections: this.#gauge("pve_connections", "Open connections to Proxmox VE"),
    "requests running": this.#gauge("pve_requests_running", "Requests to Proxmox VE on their way"),
    "requests waiting": this.#gauge("pve_requests_waiting", "Requests that wait for a place"),
    sessions: this.#gauge("sessions", "Sessions over HTTP"),
  };

  constructor(private readonly monotonic: () => number) {
    this.#gauge("build_info", "Always 1; the label tells the version", ["version"])
      .set({ version: VERSION }, 1);
  }

  /** The media type of {@linkcode text}. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All of them in Prometheus's text format. */
  async text(): Promise<string> {
    return await this.#registry.metrics();
  }

  begin(work: Work): BegunWork {
    const started = this.monotonic();
    if (work.kind === "call") this.#callsOpen.inc();
    return { end: (outcome) => this.#end(work, outcome, (this.monotonic() - started) / 1000) };
  }

  happened(name: HappeningName, outcome: string): void {
    this.#happenings[name].inc({ outcome });
  }

  changed(name: LevelName, by: number): void {
    this.#levels[name].inc(by);
  }

  #end(work: Work, outcome: string, seconds: number): void {
    if (work.kind === "call") {
      const { tool, action } = work;
      this.#callsOpen.dec();
      this.#calls.inc({ tool, action, outcome });
      this.#callSeconds.observe({ tool }, seconds);
    } else if (work.kind === "request") {
      const { method } = work;
      this.#requests.inc({ method, status: outcome });
      this.#requestSeconds.observe({ method }, seconds);
    } else {
      const { type } = work;
      this.#tasks.inc({ type, outcome });
      this.#taskSeconds.observe({ type }, seconds);
    }
  }

  #counter(name: string, help: string, labelNames: string[]): Prometheus.Counter {
    return new Counter({ ...this.#common(name, help), labelNames });
  }

  #gauge(name: string, help: string, labelNames: string[] = []): Prometheus.Gauge {
    return new Gauge({ ...this.#common(name, help), labelNames });
  }

  #histogram(
    name: string,
    help: string,
    buckets: number[],
    labelNames: string[],
  ): Prometheus.Histogram {
    return new Histogram({ ...this.#common(name, help), buckets, labelNames });
  }

  #common(
    name: string,
    help: string,
  ): { name: string; help: string; registers: [Prometheus.Registry] } {
    return { name: `proxmox_mcp_${name}`, help, registers: [this.#registry] };
  }
}
