/**
 * What a server serves, and what tells whether it can.
 *
 * @module
 */
import type { Configuration } from "../config/config.ts";
import type { Clusters } from "../tool/clusters.ts";
import type { Probe } from "./telemetry/metrics_server.ts";

/** What is served: the clusters of the settings, or the embedded one. */
export interface Served {
  readonly configuration: Configuration;
  readonly demo: boolean;
}

/** Asks each cluster: a server is ready while any of them answers. */
export function probeOf(clusters: Clusters): Probe {
  return (timeoutSeconds) =>
    Promise.any(
      [...clusters.values()].map(({ pve }) => pve.request("GET /version", {}, { timeoutSeconds })),
    ).catch(firstReason);
}

/** In place of an error that holds several. */
function firstReason(error: unknown): never {
  throw error instanceof AggregateError ? error.errors[0] : error;
}
