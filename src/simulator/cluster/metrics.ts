/**
 * /cluster/metrics: where PVE sends its measurements, and what it measures.
 *
 * @module
 */
import type { Cluster } from "../core/cluster.ts";
import { collection } from "../core/collection.ts";
import type { Handlers, Seed } from "../core/handler.ts";
import { named } from "../core/params.ts";
import { type ApiError, failed } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { resourceRowOf } from "../guest/rows.ts";

/** Fields of a guest or node that are measured: name, and whether it only grows. */
const MEASURED: readonly (readonly [string, string, string])[] = [
  ["uptime", "uptime", "gauge"],
  ["cpu", "cpu_current", "gauge"],
  ["maxcpu", "cpu_max", "gauge"],
  ["mem", "mem_used", "gauge"],
  ["maxmem", "mem_total", "gauge"],
  ["netin", "net_in", "derive"],
  ["netout", "net_out", "derive"],
];

function measurements(cluster: Cluster): Entry[] {
  const timestamp = cluster.now();
  return cluster.sortedGuests().flatMap((guest) => {
    const row = resourceRowOf(cluster, guest);
    if (row.status !== "running") return [];
    return MEASURED
      .filter(([field]) => row[field] !== undefined)
      .map(([field, metric, type]) => ({
        id: String(row.id),
        metric,
        timestamp,
        type,
        value: row[field],
      }));
  });
}

function exists(id: string): ApiError {
  return failed(`Metric server '${id}' already exists`);
}

/** Handlers of /cluster/metrics. */
export const handlers: Handlers = {
  ...collection({
    table: "metrics.servers",
    base: "/cluster/metrics/server",
    key: "id",
    keyless: true,
    missing: (id, method) =>
      method === "DELETE" ? undefined : failed(
        method === "GET" ? `status server entry '${id}' does not exist` : `no such server '${id}'`,
      ),
    exists,
    check: (cluster, call) => {
      const id = named(call, "id");
      if (cluster.table("metrics.servers").has(id)) throw exists(id);
    },
    steps: { POST: "add status server failed", PUT: "update status server failed" },
    shapeInList: ({ id, type, server, port, disable }) => ({
      id,
      type,
      server,
      port,
      disable: disable ?? 0,
    }),
    prepare: (entry, _cluster, _call, before) => {
      if (before && entry.type !== before.type) throw failed("type mismatch");
    },
  }),
  "GET /cluster/metrics/export": (cluster) => ({ data: measurements(cluster) }),
};

/** The company's time series database. */
export const seed: Seed = (cluster) => {
  cluster.table("metrics.servers").set("influx", {
    type: "influxdb",
    server: "metrics.example.com",
    port: 8089,
    influxdbproto: "udp",
  });
};
