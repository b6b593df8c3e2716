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

/** Operations that take down every guest that runs on a node, or anywhere, unless `vms` is given. */
const SWEEPING: readonly string[] = [
  "POST /nodes/{node}/status",
  "POST /nodes/{node}/stopall",
  "POST /nodes/{node}/suspendall",
  "POST /cluster/bulk-action/guest/shutdown",
  "POST /cluster/bulk-action/guest/suspend",
];

/** What a deed is about. */
export interface Aim {
  readonly guest?: Guest;
  readonly node?: string;
  readonly operations: readonly string[];
  readonly args: Readonly<Record<string, unknown>>;
}

/** Says which guests a deed is about besides its target; undefined when there are none. */
function alsoMeant({ node, operations, args }: Aim): ((guest: Guest) => boolean) | undefined {
  const numbers = namedGuests(args);
  if (numbers.length > 0) return ({ vmid }) => numbers.includes(vmid);
  if (!operations.some((operation) => SWEEPING.includes(operation))) return undefined;
  return (guest) => guest.status !== "stopped" && (node === undefined || guest.node === node);
}

/**
 * Refuses to destroy what is protected.
 *
 * @throws {ToolError} When guest, node, or a guest that the deed is about besides is protected.
 */
export async function refuseProtected(services: Services, aim: Aim): Promise<void> {
  const names = new Set(services.config.PROTECT.map((name) => name.toLowerCase()));
  if (aim.guest) {
    const why = protection(aim.guest, names);
    if (why !== undefined) throw refusal(describeGuest(aim.guest), why);
  } else if (aim.node !== undefined && names.has(aim.node.toLowerCase())) {
    throw refusal(`Node ${aim.node}`, `PROXMOX_PROTECT names ${aim.node}`);
  }
  const isMeant = alsoMeant(aim);
  if (!isMeant) return;
  for (const guest of await services.guests.list()) {
    const why = isMeant(guest) ? protection(guest, names) : undefined;
    if (why !== undefined) throw refusal(describeGuest(guest), why);
  }
}
