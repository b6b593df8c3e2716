/**
 * Where firewall settings live: the cluster, a node, a guest, a virtual network, a security group.
 *
 * Tables: `firewall.rules` and `firewall.options` by scope name; `firewall.aliases/SCOPE` and
 * `firewall.ipset/SCOPE` by name; `firewall.groups` by group. Scope names are `cluster`,
 * `node/NAME`, `guest/VMID`, `vnet/NAME`, `group/NAME`.
 *
 * @module
 */
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import { named } from "../core/params.ts";
import { failed } from "../core/refusal.ts";
import type { AddressSet, Entry } from "../core/tables.ts";

/** What kind of place it is; decides what a rule may say. */
export type ScopeKind = "cluster" | "host" | "guest" | "vnet" | "group";

/** One kind of place, with the path that its settings are under. */
export interface Scope {
  readonly kind: ScopeKind;
  readonly base: string;
  /** Path of the list of rules. */
  readonly rules: string;
  /** Name of the place that a call is about. */
  readonly of: (call: Call) => string;
}

function scope(kind: ScopeKind, base: string, of: Scope["of"], rules = `${base}/rules`): Scope {
  return { kind, base, of, rules };
}

const guestOf = (call: Call): string => `guest/${named(call, "vmid")}`;

/** All kinds of places. */
export const SCOPES: readonly Scope[] = [
  scope("cluster", "/cluster/firewall", () => "cluster"),
  scope("host", "/nodes/{node}/firewall", (call) => `node/${named(call, "node")}`),
  scope("guest", "/nodes/{node}/qemu/{vmid}/firewall", guestOf),
  scope("guest", "/nodes/{node}/lxc/{vmid}/firewall", guestOf),
  scope(
    "vnet",
    "/cluster/sdn/vnets/{vnet}/firewall",
    (call) => `vnet/${named(call, "vnet")}`,
  ),
  scope(
    "group",
    "/cluster/firewall/groups/{group}",
    (call) => `group/${named(call, "group")}`,
    "/cluster/firewall/groups/{group}",
  ),
];

/** Scopes that have aliases and IP sets of their own. */
export const SCOPES_WITH_SETS: readonly Scope[] = SCOPES.filter(({ kind }) =>
  kind === "cluster" || kind === "guest"
);

/** Rules of a place, first first. */
export function rulesOf(cluster: Cluster, place: string): readonly Entry[] {
  const group = /^group\/(.*)$/.exec(place)?.[1];
  if (group !== undefined && !cluster.table("firewall.groups").has(group)) {
    throw failed(`no such security group '${group}'`);
  }
  return cluster.table("firewall.rules").get(place)?.rules ?? [];
}

/** Puts rules in place. */
export function setRules(cluster: Cluster, place: string, rules: readonly Entry[]): void {
  cluster.table("firewall.rules").set(place, { rules });
}

/** Aliases of a place, by lower-case name. */
export function aliasesOf(cluster: Cluster, place: string): Map<string, Entry> {
  return cluster.table(`firewall.aliases/${place}`);
}

/** IP sets of a place, each with its `entries`. */
export function setsOf(cluster: Cluster, place: string): Map<string, AddressSet> {
  return cluster.table(`firewall.ipset/${place}`);
}
