/**
 * Series of what nodes, guests and storages used, up to now.
 *
 * @module
 */
import { GIB } from "../../base/byte_units.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handlers } from "../core/handler.ts";
import type { Guest } from "../core/model.ts";
import { list, named } from "../core/params.ts";
import { noise } from "../core/random.ts";
import type { Entry } from "../core/tables.ts";
import { cpuCount, mainDiskSize, memoryBytes } from "../guest/config.ts";
import { guestHandlers } from "../guest/find.ts";
import { NO_PRESSURE } from "../guest/rows.ts";
import { metricsOf } from "../guest/metrics.ts";
import { nodeLoadAt } from "./load.ts";

/** Seconds between points, by time frame. */
const STEPS: Readonly<Record<string, number>> = {
  hour: 60,
  day: 1_800,
  week: 10_800,
  month: 43_200,
  year: 604_800,
};
const POINTS = 70;

function stepOf(call: Call): number {
  return STEPS[named(call, "timeframe")] ?? 60;
}

/** The points of a time frame; those before `since` hold no figures. */
function series(
  cluster: Cluster,
  call: Call,
  since: number,
  point: (time: number) => Entry,
): Entry[] {
  const step = stepOf(call);
  const last = Math.floor(cluster.now() / step) * step;
  return Array.from({ length: POINTS }, (_, index) => {
    const time = last - (POINTS - 1 - index) * step;
    return time < since ? { time } : { time, ...point(time) };
  });
}

function guestSeries(cluster: Cluster, guest: Guest, call: Call): Entry[] {
  const step = stepOf(call);
  return series(cluster, call, 0, (time) => {
    const running = guest.status === "running" && time >= guest.startTime;
    const state: Guest = running ? guest : { ...guest, status: "stopped" };
    const now = metricsOf(state, time);
    const before = metricsOf(state, time - step);
    const rate = (name: "netin" | "netout" | "diskread" | "diskwrite"): number =>
      Math.max(0, now[name] - before[name]) / step * (0.5 + noise(guest.load * 777, time));
    return {
      cpu: now.cpu,
      maxcpu: cpuCount(guest),
      mem: now.mem,
      memhost: now.mem,
      maxmem: memoryBytes(guest),
      disk: now.disk,
      maxdisk: mainDiskSize(guest),
      netin: rate("netin"),
      netout: rate("netout"),
      diskread: rate("diskread"),
      diskwrite: rate("diskwrite"),
      ...NO_PRESSURE,
    };
  });
}

function nodeSeries(cluster: Cluster, call: Call): Entry[] {
  const node = cluster.nodes.get(named(call, "node"));
  if (!node) return [];
  return series(cluster, call, node.bootTime, (time) => {
    const load = nodeLoadAt(cluster, node, time);
    const wave = noise(node.load * 555, time);
    return {
      cpu: load.cpu,
      maxcpu: node.cores,
      iowait: 0.002 + 0.01 * wave,
      loadavg: load.cpu * node.cores,
      memtotal: node.memory,
      memused: Math.floor(load.memory),
      memavailable: node.memory - Math.floor(load.memory),
      swaptotal: 8 * GIB,
      swapused: 0,
      roottotal: load.rootTotal,
      rootused: load.rootUsed,
      netin: 120_000 + 4_000_000 * wave,
      netout: 90_000 + 3_000_000 * wave,
    };
  });
}

function storageSeries(cluster: Cluster, call: Call): Entry[] {
  const storage = named(call, "storage");
  const node = named(call, "node");
  cluster.storages.require(storage);
  const { used: seed } = cluster.storages.usage(storage, node);
  const measured = cluster.storages.capacity.get(storage)?.growth?.measured ?? 0;
  return series(cluster, call, measured, (time) => {
    const { total, used } = cluster.storages.usage(storage, node, time);
    return { total, used: Math.floor(used * (0.998 + 0.002 * noise(seed % 1000, time))) };
  });
}

/** A graph of one point, which stands for any. */
const PNG = atob(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
);

/** The picture of the graph operations, its bytes a character each. Source: PVE::RRD. */
function picture(cluster: Cluster, call: Call): Entry {
  const sources = list(call, "ds").join("_");
  const filename = `/tmp/pve-rrd-${sources}-${named(call, "timeframe")}-${cluster.now()}.png`;
  return { filename, image: PNG };
}

/** Handlers of series. */
export const handlers: Handlers = {
  ...guestHandlers("GET /nodes/{node}/{type}/{vmid}/rrddata", guestSeries),
  ...guestHandlers(
    "GET /nodes/{node}/{type}/{vmid}/rrd",
    (cluster, _guest, call) => picture(cluster, call),
  ),
  "GET /nodes/{node}/rrddata": nodeSeries,
  "GET /nodes/{node}/rrd": picture,
  "GET /nodes/{node}/storage/{storage}/rrddata": storageSeries,
  "GET /nodes/{node}/storage/{storage}/rrd": picture,
};
