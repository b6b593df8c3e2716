/**
 * What may never be destroyed: guests tagged `protected`, and what PROXMOX_PROTECT names by tag,
 * pool, vmid or node.
 *
 * @module
 */
import { describeGuest, type Guest } from "../pve/guests.ts";
import { splitList } from "../pve/split_list.ts";
import { ToolError } from "../tool/answer.ts";
import type { Services } from "../tool/context.ts";

/** The tag that protects a guest whatever the settings say. */
const PROTECTED_TAG = "protected";

/** Numbers of guests that arguments name besides the target: a restore's vmid, a volume's owner. */
export function namedGuests(args: Readonly<Record<string, unknown>>): number[] {
  const numbers = new Set<number>();
  for (const name of ["vmid", "newid", "vms"]) {
    for (const word of splitList(args[name])) {
      if (/^\d{3,9}$/.test(word)) numbers.add(Number(word));
    }
  }
  for (const [name, value] of Object.entries(args)) {
    // Restoring from a guest's archive takes nothing from that guest.
    const text = typeof value === "string" && name !== "archive" ? value : "";
    for (
      const match of text.matchAll(/\b(?:vm|base|subvol|basevol|vzdump-(?:qemu|lxc))-(\d{3,9})-/g)
    ) {
      numbers.add(Number(match[1]));
    }
    const sid = /^(?:vm|ct):(\d{3,9})$/.exec(text);
    if (sid) numbers.add(Number(sid[1]));
  }
  return [...numbers];
}

/** Why a guest is protected, or undefined. */
function protection(guest: Guest, names: ReadonlySet<string>): string | undefined {
  const tag = guest.tags.find((each) => each === PROTECTED_TAG || names.has(each.toLowerCase()));
  if (tag !== undefined) return `it has the tag "${tag}"`;
  if (guest.pool !== undefined && names.has(guest.pool.toLowerCase())) {
    return `it is in the pool "${guest.pool}"`;
  }
  if (names.has(String(guest.vmid))) return `PROXMOX_PROTECT names ${guest.vmid}`;
  return names.has(guest.node.toLowerCase())
    ? `PROXMOX_PROTECT names its node ${guest.node}`
    : undefined;
}

function refusal(what: string, why: string): ToolError {
  return new ToolError(`${what} is protected`, {
    denied: true,
    reason: `Nothing may be destroyed on it: ${why}`,
    notes: ["Nothing was done; a person can take the protection away"],
  });
}

/**
 * Refuses to destroy what is protected.
 *
 * @throws {ToolError} When guest, node, or a guest that the arguments name is protected.
 */
export async function refuseProtected(
  services: Services,
  target: { readonly guest?: Guest; readonly node?: string },
  args: Readonly<Record<string, unknown>>,
): Promise<void> {
  const names = new Set(services.config.PROTECT.map((name) => name.toLowerCase()));
  if (target.guest) {
    const why = protection(target.guest, names);
    if (why !== undefined) throw refusal(describeGuest(target.guest), why);
  } else if (target.node !== undefined && names.has(target.node.toLowerCase())) {
    throw refusal(`Node ${target.node}`, `PROXMOX_PROTECT names ${target.node}`);
  }
  const numbers = namedGuests(args);
  if (numbers.length === 0) return;
  for (const guest of await services.guests.list()) {
    const why = numbers.includes(guest.vmid) ? protection(guest, names) : undefined;
    if (why !== undefined) throw refusal(describeGuest(guest), why);
  }
}
