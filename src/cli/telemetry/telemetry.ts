/**
 * Starts what observes the program, as far as it is wanted: nothing by default, and nothing is
 * loaded then.
 *
 * @module
 */
import { addObserver } from "../../base/process/observe.ts";
import type { Clock } from "../../base/async/clock.ts";
import type { ProcessConfig } from "../../config/config.ts";
import type { Probe } from "./metrics_server.ts";
import { openTelemetry } from "./open_telemetry.ts";

/** What observes. */
export interface Telemetry extends AsyncDisposable {
  /** Where metrics are served, if they are. */
  readonly metrics: URL | undefined;
}

/**
 * Starts metrics, where PROXMOX_METRICS_ADDRESS names an address, and traces, where Deno exports
 * some. Ends with what it answers.
 */
export async function startTelemetry(
  { metricsAddress: address }: Pick<ProcessConfig, "metricsAddress">,
  clock: Clock,
  probe: Probe,
): Promise<Telemetry> {
  await using started = new AsyncDisposableStack();
  const api = openTelemetry();
  if (api) {
    const { Traces } = await import("./traces.ts");
    started.defer(addObserver(new Traces(api)));
  }
  let served: URL | undefined;
  if (address !== undefined) {
    const [{ Metrics }, { serveMetrics }] = await Promise.all([
      import("./metrics.ts"),
      import("./metrics_server.ts"),
    ]);
    const metrics = new Metrics(() => clock.monotonic());
    started.defer(addObserver(metrics));
    const server = serveMetrics({ address, metrics, probe, clock });
    served = server.url;
    started.defer(() => server.close());
  }
  const all = started.move();
  return { metrics: served, [Symbol.asyncDispose]: () => all.disposeAsync() };
}
