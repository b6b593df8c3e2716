/**
 * Guests as lists show them: `/cluster/resources`, a node's list, the current status.
 *
 * @module
 */
import { MIB } from "../../base/byte_units.ts";
import { defined } from "../../base/defined.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Guest } from "../core/model.ts";
import type { Entry } from "../core/tables.ts";
import { cpuCount, guestName, hasAgent, isTemplate, mainDiskSize, memoryBytes } from "./config.ts";
import { metricsOf } from "./metrics.ts";
import { sidOf } from "./names.ts";

/** What a VM's status says of pressure; nothing waits here. */
export const NO_PRESSURE = {
  pressurecpufull: 0,
  pressurecpusome: 0,
  pressureiofull: 0,
  pressureiosome: 0,
  pressurememoryfull: 0,
  pressurememorysome: 0,
};

/** Requested HA state of a guest, or undefined when HA does not manage it. */
export function haEntry(cluster: Cluster, guest: Guest): Entry | undefined {
  return cluster.table("ha.resources").get(sidOf(guest));
}

/** True when HA manages a guest; an ignored one is as if it were not managed. */
export function isHaManaged(cluster: Cluster, guest: Guest): boolean {
  const entry = haEntry(cluster, guest);
  return entry !== undefined && entry.state !== "ignored";
}

/** True when a call about a guest is handed on to HA. */
export function isLeftToHa(cluster: Cluster, guest: Guest, call: Call): boolean {
  return isHaManaged(cluster, guest) && call.byHa !== true;
}

function configMarks(guest: Guest): Entry {
  const { tags, lock } = guest.config;
  return {
    ...defined({ tags, lock }),
  };
}

/** What all rows of a list have in common. */
export interface RowContext {
  /** Seconds since 1970. */
  readonly now: number;
  readonly online: ReadonlySet<string>;
  /** Guests that HA manages, by number. */
  readonly ha: ReadonlyMap<number, Entry>;
}

/** The context of a list that is made now. */
export function rowContext(cluster: Cluster): RowContext {
  return {
    now: cluster.now(),
    online: new Set(cluster.nodeNames().filter((name) => cluster.isOnline(name))),
    ha: new Map(
      [...cluster.table("ha.resources")].map(([sid, entry]) => [
        Number(sid.split(":")[1]),
        { ...entry, ...cluster.table("ha.failed").get(sid) },
      ]),
    ),
  };
}

/**
 * A row of `/cluster/resources`. What does not apply is undefined, so that all rows are of one
 * shape: twenty thousand of them are made and written twice as fast.
 */
export function resourceRow(
  cluster: Cluster,
  guest: Guest,
  pool: string | undefined,
  { now, online, ha }: RowContext,
): Entry {
  const { vmid, type, config } = guest;
  const node = cluster.listedNode(guest);
  const managed = ha.get(vmid);
  const hastate = managed === undefined ? undefined : String(managed.state ?? "started");
  const id = `${type}/${vmid}`;
  const { tags, lock } = config;
  const known = online.has(node) ? cluster.listed(guest) : undefined;
  if (!known) return { id, vmid, type, node, status: "unknown", pool, tags, lock, hastate };
  const { uptime, cpu, mem, disk, netin, netout, diskread, diskwrite } = metricsOf(known, now);
  return {
    id,
    vmid,
    type,
    node,
    name: guestName(known),
    status: known.status,
    template: isTemplate(known) ? 1 : 0,
    uptime,
    cpu,
    maxcpu: cpuCount(known),
    mem,
    memhost: type === "qemu" ? mem : undefined,
    maxmem: memoryBytes(known),
    disk,
    maxdisk: mainDiskSize(known),
    netin,
    netout,
    diskread,
    diskwrite,
    pool,
    tags,
    lock,
    hastate,
  };
}

/** The row of `/cluster/resources` of one guest. */
export function resourceRowOf(cluster: Cluster, guest: Guest): Entry {
  return resourceRow(cluster, guest, cluster.poolOf(guest.vmid), rowContext(cluster));
}

/** The status of a guest as far as the cluster knows: `unknown` when its node is down. */
export function knownStatus(cluster: Cluster, guest: Guest): Guest["status"] | "unknown" {
  return cluster.isOnline(cluster.listedNode(guest)) ? guest.status : "unknown";
}

/** A row of a node's list of VMs or containers. */
export function nodeRow(cluster: Cluster, guest: Guest): Entry {
  const { diskread, diskwrite, ...metrics } = metricsOf(guest, cluster.now());
  const transfers = guest.type === "qemu" && guest.status === "stopped"
    ? {}
    : { diskread, diskwrite };
  const row: Entry = {
    vmid: guest.vmid,
    name: guestName(guest),
    status: guest.status,
    ...metrics,
    ...transfers,
    cpus: cpuCount(guest),
    maxmem: memoryBytes(guest),
    maxdisk: mainDiskSize(guest),
    ...configMarks(guest),
  };
  if (isTemplate(guest)) row.template = 1;
  if (guest.type === "qemu") {
    row.memhost = metrics.mem;
    if (guest.status === "running") Object.assign(row, { pid: guest.pid, ...NO_PRESSURE });
    return row;
  }
  const swap = Number(guest.config.swap ?? 512) * MIB;
  Object.assign(row, { type: "lxc", maxswap: swap, swap: 0 });
  if (guest.status === "running") Object.assign(row, { pid: guest.pid, ...NO_PRESSURE });
  return row;
}

/** A row of a node's list with `full`: what QEMU says of VMs too. */
export function fullRow(cluster: Cluster, guest: Guest): Entry {
  const row = nodeRow(cluster, guest);
  if (guest.type === "lxc") return row;
  const running = guest.status === "running";
  row.qmpstatus = running ? guest.qmpstatus : "stopped";
  if (running) {
    row["running-machine"] = "pc-i440fx-10.1+pve0";
    row["running-qemu"] = "10.1.2";
    row.balloon = memoryBytes(guest);
    row.freemem = memoryBytes(guest) - Number(row.mem);
  }
  return row;
}

/** The answer of `status/current`. */
export function statusRow(cluster: Cluster, guest: Guest): Entry {
  const row = fullRow(cluster, guest);
  const ha = haEntry(cluster, guest);
  row.ha = ha ? { managed: 1, state: ha.state ?? "started" } : { managed: 0 };
  if (guest.type === "qemu" && hasAgent(guest.config)) row.agent = 1;
  return row;
}
