/**
 * Why a guest is protected: by the tag `protected`, or by what PROXMOX_PROTECT names.
 *
 * @module
 */
import type { Guest } from "../pve/guests.ts";

/** The tag that protects a guest whatever the settings say. */
const PROTECTED_TAG = "protected";

/** What decides on it. */
export type Protectable = Pick<Guest, "vmid" | "name" | "node" | "tags" | "pool">;

/** A pool and those that it is nested in, deepest first: `a/b`, `a`. */
function poolsOf({ pool }: Protectable): string[] {
  const parts = pool?.split("/") ?? [];
  return parts.map((_, index) => parts.slice(0, parts.length - index).join("/"));
}

/** The names of a setting PROXMOX_PROTECT, in lower case. */
export function protectedNames(protect: readonly string[]): ReadonlySet<string> {
  return new Set(protect.map((name) => name.toLowerCase()));
}

/** Why a guest is protected, or undefined. */
export function protection(guest: Protectable, names: ReadonlySet<string>): string | undefined {
  const has = (name: string): boolean => names.has(name.toLowerCase());
  const tag = guest.tags.find((each) => each.toLowerCase() === PROTECTED_TAG || has(each));
  if (tag !== undefined) return `it has the tag "${tag}"`;
  const pool = poolsOf(guest).find(has);
  if (pool !== undefined) return `it is in the pool "${pool}"`;
  if (has(String(guest.vmid))) return `PROXMOX_PROTECT names ${guest.vmid}`;
  // Also a name of digits alone, which is a number everywhere else: here the wider reading is safe.
  if (has(guest.name)) return `PROXMOX_PROTECT names "${guest.name}"`;
  return has(guest.node) ? `PROXMOX_PROTECT names its node ${guest.node}` : undefined;
}
