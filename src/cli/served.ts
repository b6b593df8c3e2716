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

/** A server is ready while any of its clusters answers. */
export async function anyOfThem(answers: readonly Promise<unknown>[]): Promise<unknown> {
  try {
    return await Promise.any(answers);
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error;
  }
}

/** Asks each cluster. */
export function probeOf(clusters: Clusters): Probe {
  return (timeoutSeconds) =>
    anyOfThem(
      [...clusters.values()].map(({ pve }) => pve.request("GET /version", {}, { timeoutSeconds })),
    );
}
