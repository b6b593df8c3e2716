/**
 * SDN configuration, and what of it is not applied yet.
 *
 * Tables `sdn.zones`, `sdn.vnets`, `sdn.subnets`, `sdn.controllers` hold the configuration; the
 * table `sdn.running` holds under the same kinds what was last applied. `sdn.lock` holds the token
 * of the global lock.
 *
 * @module
 */
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import { flag, text } from "../core/params.ts";
import { failed } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";

/** Kinds of objects that wait to be applied. */
export const STAGED = ["zones", "vnets", "subnets", "controllers"] as const;
/** One of {@linkcode STAGED}. */
export type Staged = (typeof STAGED)[number];

/** Configured objects of a kind. */
export function configured(cluster: Cluster, kind: Staged): Map<string, Entry> {
  return cluster.table(`sdn.${kind}`);
}

/** Applied objects of a kind. */
export function running(cluster: Cluster, kind: Staged): Map<string, Entry> {
  return new Map(Object.entries(cluster.table("sdn.running").get(kind)?.ids ?? {}));
}

/** Makes the configuration the running one. */
export function commit(cluster: Cluster): void {
  for (const kind of STAGED) {
    const ids = structuredClone(Object.fromEntries(configured(cluster, kind)));
    cluster.table("sdn.running").set(kind, { ids });
  }
}

/** Makes the running configuration the configured one. */
export function rollback(cluster: Cluster): void {
  for (const kind of STAGED) {
    const table = configured(cluster, kind);
    table.clear();
    for (const [name, entry] of running(cluster, kind)) table.set(name, structuredClone(entry));
  }
}

/** True when something waits to be applied. */
export function hasPending(cluster: Cluster): boolean {
  return STAGED.some((kind) =>
    [...pending(cluster, kind).values()].some(({ state }) => state !== undefined)
  );
}

/** The objects that a call asks for: configured, `running`, or `pending` with their states. */
export function viewed(cluster: Cluster, kind: Staged, call: Call): Map<string, Entry> {
  if (flag(call, "pending")) return pending(cluster, kind);
  if (flag(call, "running")) return running(cluster, kind);
  return configured(cluster, kind);
}

/** Running objects with what would change: `state` new, changed or deleted, and `pending` values. */
function pending(cluster: Cluster, kind: Staged): Map<string, Entry> {
  const applied = running(cluster, kind);
  const wanted = configured(cluster, kind);
  const rows = new Map<string, Entry>();
  for (const [name, entry] of applied) {
    const next = wanted.get(name);
    rows.set(name, next ? compared(entry, next) : { ...entry, state: "deleted" });
  }
  for (const [name, { type, ...rest }] of wanted) {
    if (!applied.has(name)) rows.set(name, { type, state: "new", pending: rest });
  }
  return rows;
}

function compared(before: Entry, next: Entry): Entry {
  const changes: Entry = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(next)])) {
    if (next[key] === undefined) changes[key] = "deleted";
    else if (String(before[key]) !== String(next[key])) changes[key] = next[key];
  }
  if (Object.keys(changes).length === 0) return { ...before };
  return { ...before, state: "changed", pending: changes };
}

/** What Perl adds to a message that does not end in a newline. */
const WHERE = "at /usr/share/perl5/PVE/Network/SDN.pm line 305.";

/**
 * Refuses a change while a lock is held and the call does not show its token; a token that nobody
 * asked for does no harm. Source: PVE::Network::SDN::lock_sdn_config.
 */
export function assertUnlocked(cluster: Cluster, call: Call): void {
  const token = cluster.table("sdn.lock").get("global")?.token;
  if (token !== undefined && text(call, "lock-token") !== token) {
    throw failed(`invalid lock token provided! ${WHERE}`);
  }
}
