/**
 * What the company's Ceph consists of.
 *
 * Tables: `ceph.mon`, `ceph.mgr`, `ceph.mds` name → {host, addr, stopped?}; `ceph.osd` id →
 * {host, device, class, size, in, stopped?}; `ceph.pools` and `ceph.fs` by name; `ceph.flags` by
 * flag. Sizes are bytes.
 *
 * @module
 */
import type { Cluster } from "../core/cluster.ts";
import { digestOf } from "../core/digest.ts";
import type { Entry } from "../core/tables.ts";

/** Version of all daemons. */
export const VERSION = "19.2.3";
/** Version as daemons tell it. */
export const FULL_VERSION =
  `ceph version ${VERSION} (c92aebb279828e9c3c1f5d24613efca272649e62) squid (stable)`;

/** Kinds of daemons that are known by name. */
export type DaemonKind = "mon" | "mgr" | "mds";

/** Daemons of a kind by name. */
export function daemons(cluster: Cluster, kind: DaemonKind): Map<string, Entry> {
  return cluster.table(`ceph.${kind}`);
}

/** Disks of Ceph by number. */
export function osds(cluster: Cluster): Map<string, Entry> {
  return cluster.table("ceph.osd");
}

/** Pools by name. */
export function pools(cluster: Cluster): Map<string, Entry> {
  return cluster.table("ceph.pools");
}

/** True when a daemon or disk runs and its node does as well. */
export function isUp(cluster: Cluster, entry: Entry): boolean {
  return !entry.stopped && cluster.isOnline(String(entry.host));
}

/** Flags that are set, in the order in which they were. */
export function flagsSet(cluster: Cluster): string[] {
  return [...cluster.table("ceph.flags").keys()];
}

/** Id of the Ceph cluster. */
export function fsid(): string {
  return digestOf("ceph of the company").slice(0, 32)
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Bytes that the pools hold, before replication. */
export function storedBytes(cluster: Cluster): number {
  return [...pools(cluster).values()].reduce((sum, pool) => sum + Number(pool.stored ?? 0), 0);
}

/** Raw bytes of all disks that take part. */
export function rawBytes(cluster: Cluster): number {
  return [...osds(cluster).values()]
    .filter((osd) => osd.in)
    .reduce((sum, osd) => sum + Number(osd.size), 0);
}

/** Raw bytes in use: every pool is kept as often as its size says. */
export function usedBytes(cluster: Cluster): number {
  return [...pools(cluster).values()]
    .reduce((sum, pool) => sum + Number(pool.stored ?? 0) * Number(pool.size), 0);
}
