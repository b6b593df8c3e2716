/**
 * What a node uses: its guests and a little of its own.
 *
 * @module
 */
import { GIB } from "../../base/byte_units.ts";
import type { Cluster } from "../core/cluster.ts";
import type { SimNode } from "../core/model.ts";
import { noise } from "../core/random.ts";
import { cpuCount } from "../guest/config.ts";
import { metricsOf } from "../guest/metrics.ts";

/** Size of a node's own disk. */
const ROOT_BYTES = 94 * GIB;

/** Use of a node at one moment. */
export interface NodeLoad {
  /** Share of all its cores, 0 to 1. */
  readonly cpu: number;
  /** Bytes. */
  readonly memory: number;
  readonly rootUsed: number;
  readonly rootTotal: number;
  /** Seconds. */
  readonly uptime: number;
}

function loadFrom(node: SimNode, cpus: number, memory: number, now: number): NodeLoad {
  const wave = noise(node.load * 1000, now - now % 10);
  return {
    cpu: Math.min(1, cpus / node.cores + 0.01 + 0.02 * wave),
    memory: Math.min(node.memory * 0.97, memory + (2.5 + wave) * GIB),
    rootUsed: Math.floor(ROOT_BYTES * (0.12 + 0.05 * node.load)),
    rootTotal: ROOT_BYTES,
    uptime: Math.max(0, now - node.bootTime),
  };
}

/** Use of all nodes, from one walk over all guests. */
export function nodeLoads(cluster: Cluster): Map<string, NodeLoad> {
  const now = cluster.now();
  const cpus = new Map<string, number>();
  const memory = new Map<string, number>();
  for (const guest of cluster.guests.values()) {
    if (guest.status !== "running") continue;
    const { cpu, mem } = metricsOf(guest, now);
    cpus.set(guest.node, (cpus.get(guest.node) ?? 0) + cpu * cpuCount(guest));
    memory.set(guest.node, (memory.get(guest.node) ?? 0) + mem);
  }
  const loads = new Map<string, NodeLoad>();
  for (const node of cluster.nodes.values()) {
    loads.set(
      node.name,
      loadFrom(node, cpus.get(node.name) ?? 0, memory.get(node.name) ?? 0, now),
    );
  }
  return loads;
}

/** Use of one node at a time, for series; its guests are taken as they are now. */
export function nodeLoadAt(cluster: Cluster, node: SimNode, at: number): NodeLoad {
  let cpus = 0;
  let memory = 0;
  let counted = 0;
  for (const guest of cluster.guests.values()) {
    if (guest.node !== node.name || guest.status !== "running") continue;
    if (counted++ > 50) break;
    const { cpu, mem } = metricsOf(guest, at);
    cpus += cpu * cpuCount(guest);
    memory += mem;
  }
  return loadFrom(node, cpus, memory, at);
}
