/**
 * Nodes: the list, one node's status, its version, and turning it off.
 *
 * @module
 */
import { GIB } from "../../base/byte_units.ts";
import { colonPairs } from "../../pve/transport/fingerprint.ts";
import { mayAny } from "../access/privileges.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handlers } from "../core/handler.ts";
import type { SimNode } from "../core/model.ts";
import { named } from "../core/params.ts";
import type { Entry } from "../core/tables.ts";
import { stopNow } from "../guest/state.ts";
import { recoverFrom } from "../ha/manager.ts";
import { type NodeLoad, nodeLoads } from "./load.ts";

/** What the embedded PVE says it is. */
export const VERSION = { release: "9.2", repoid: "14a22df35955d97d", version: "9.2.11" };

const KERNEL = "6.17.2-1-pve";
const KERNEL_BUILD = "#1 SMP PREEMPT_DYNAMIC PMX 6.17.2-1 (2026-01-10T09:42Z)";
/** How long a node takes to come back. */
const REBOOT_SECONDS = 60;

/** The fingerprint that a node's list entry shows; not that of any certificate in use. */
function fingerprint(node: SimNode): string {
  const digits = Math.floor(node.load * 2 ** 32).toString(16).padStart(8, "0");
  return colonPairs(digits.repeat(8));
}

/** A row of `GET /nodes` and, with its id, of `/cluster/resources`. */
export function nodeRow(cluster: Cluster, node: SimNode, load: NodeLoad | undefined): Entry {
  const row: Entry = {
    id: `node/${node.name}`,
    type: "node",
    node: node.name,
    status: cluster.isOnline(node.name) ? "online" : "offline",
    level: "",
    ssl_fingerprint: fingerprint(node),
  };
  if (row.status === "offline" || !load) return row;
  return {
    ...row,
    cpu: load.cpu,
    maxcpu: node.cores,
    mem: Math.floor(load.memory),
    maxmem: node.memory,
    disk: load.rootUsed,
    maxdisk: load.rootTotal,
    uptime: load.uptime,
  };
}

function list(cluster: Cluster, call: Call): Entry[] {
  const loads = nodeLoads(cluster);
  return [...cluster.nodes.values()].map((node) => {
    const sees = mayAny(cluster, call.user, `/nodes/${node.name}`, ["Sys.Audit"]);
    return nodeRow(cluster, node, sees ? loads.get(node.name) : undefined);
  });
}

function found(cluster: Cluster, call: Call): SimNode {
  const node = cluster.nodes.get(named(call, "node"));
  if (!node) throw new TypeError(`Cannot find node "${named(call, "node")}"`);
  return node;
}

function status(cluster: Cluster, call: Call): Entry {
  const node = found(cluster, call);
  const load = nodeLoads(cluster).get(node.name);
  const memory = Math.floor(load?.memory ?? 0);
  const cpu = load?.cpu ?? 0;
  const [total, used] = [load?.rootTotal ?? 0, load?.rootUsed ?? 0];
  const average = cpu * node.cores;
  return {
    "boot-info": { mode: "efi", secureboot: 0 },
    cpu,
    cpuinfo: {
      cores: node.cores / 2,
      cpus: node.cores,
      family: "25",
      flags: "fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat svm aes avx2",
      hvm: "1",
      mhz: "2994.374",
      model: "AMD EPYC 7313P 16-Core Processor",
      sockets: 1,
      user_hz: 100,
      vendor: "AuthenticAMD",
    },
    "current-kernel": {
      machine: "x86_64",
      release: KERNEL,
      sysname: "Linux",
      version: KERNEL_BUILD,
    },
    idle: 0,
    ksm: { shared: 0 },
    kversion: `Linux ${KERNEL} ${KERNEL_BUILD}`,
    loadavg: [average, average * 0.9, average * 0.8].map((value) => value.toFixed(2)),
    memory: {
      available: node.memory - memory,
      free: Math.floor((node.memory - memory) * 0.8),
      total: node.memory,
      used: memory,
    },
    pveversion: `pve-manager/${VERSION.version}/${VERSION.repoid}`,
    rootfs: { avail: total - used, free: total - used, total, used },
    swap: { free: 8 * GIB, total: 8 * GIB, used: 0 },
    uptime: load?.uptime ?? 0,
    wait: cpu / 50,
  };
}

/** Turns a node off, for ever or for as long as a reboot takes. */
function power(cluster: Cluster, call: Call): null {
  const node = found(cluster, call);
  const reboots = named(call, "command") === "reboot";
  const running = cluster.guestsOf(node.name).filter((guest) => guest.status === "running");
  for (const guest of running) stopNow(cluster, guest);
  node.downUntil = reboots ? cluster.now() + REBOOT_SECONDS : Infinity;
  if (reboots) node.bootTime = node.downUntil;
  else recoverFrom(cluster, node.name);
  return null;
}

/** Handlers of nodes. */
export const handlers: Handlers = {
  "GET /version": () => VERSION,
  "GET /nodes": list,
  "GET /nodes/{node}/status": status,
  "POST /nodes/{node}/status": power,
  "GET /nodes/{node}/version": () => VERSION,
};
