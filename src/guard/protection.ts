/**
 * What may never be destroyed: guests tagged `protected`, and what PROXMOX_PROTECT names by tag,
 * pool, number, name or node.
 *
 * @module
 */
import { guestOperation } from "../pve/api.ts";
import { PveError } from "../pve/errors.ts";
import type { Args } from "../pve/encode.ts";
import { describeGuest, type Guest } from "../pve/guests.ts";
import { splitList } from "../pve/split_list.ts";
import { ToolError } from "../tool/answer.ts";
import { type Impact, impactOf, numberOf, volumeOwners } from "../pve/effects/impact.ts";
import type { Services } from "../tool/services.ts";

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
  for (const name of ["sid", "id"]) for (const each of numberOf(args[name])) numbers.add(each);
  for (const [name, value] of Object.entries(args)) {
    // Restoring from a guest's archive takes nothing from that guest.
    if (typeof value !== "string" || name === "archive") continue;
    for (const owner of volumeOwners(value)) numbers.add(owner);
  }
  return [...numbers];
}

/** A pool and those that it is nested in, deepest first: `a/b`, `a`. */
function poolsOf({ pool }: Guest): string[] {
  const parts = pool?.split("/") ?? [];
  return parts.map((_, index) => parts.slice(0, parts.length - index).join("/"));
}

/** Why a guest is protected, or undefined. */
function protection(guest: Guest, names: ReadonlySet<string>): string | undefined {
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

function namesOf({ config }: Services): ReadonlySet<string> {
  return new Set(config.protect.map((name) => name.toLowerCase()));
}

function refusal(what: string, why: string): ToolError {
  return new ToolError(`${what} is protected`, {
    denied: true,
    reason: why,
    notes: ["Nothing was done; a person can take the protection away"],
  });
}

function lossOf(what: string, why: string): ToolError {
  return refusal(what, `Nothing may be destroyed on it: ${why}`);
}

/** True for a guest with a volume on a storage; one whose configuration cannot be read may have. */
async function isOn(
  { pve }: Services,
  guest: Guest,
  storage: string,
  signal: AbortSignal,
): Promise<boolean> {
  const operation = guestOperation("GET /nodes/{node}/{type}/{vmid}/config", guest.type);
  try {
    const { data } = await pve.request(operation, { node: guest.node, vmid: guest.vmid }, {
      signal,
    });
    return Object.values(data as object).some((value) =>
      String(value).split(/[,=]/).some((part) => part.startsWith(`${storage}:`))
    );
  } catch (error) {
    if (error instanceof PveError) return true;
    throw error;
  }
}

/** Guests that lose a backup; what Proxmox VE does not tell of it, it does not do either. */
async function pruned(
  { pve }: Services,
  args: Args,
  signal: AbortSignal,
): Promise<readonly number[]> {
  const known = ["node", "storage", "type", "vmid", "prune-backups"];
  const asked = Object.fromEntries(Object.entries(args).filter(([name]) => known.includes(name)));
  const operation = "GET /nodes/{node}/storage/{storage}/prunebackups";
  const rows = (await pve.request(operation, asked, { signal })).data as readonly {
    readonly mark: string;
    readonly vmid?: number;
  }[];
  return rows.filter(({ mark }) => mark === "remove").map(({ vmid }) => Number(vmid));
}

/** Says which guests a harm is about. */
async function isMeant(
  services: Services,
  { guests, running }: Impact,
  signal: AbortSignal,
): Promise<(guest: Guest) => boolean | Promise<boolean>> {
  if (guests === "all") return ({ status }) => !running || status !== "stopped";
  if ("storage" in guests) return (guest) => isOn(services, guest, guests.storage, signal);
  if ("prune" in guests) {
    const losing = await pruned(services, guests.prune, signal);
    return ({ vmid }) => losing.includes(vmid);
  }
  return ({ node, vmid, status }) =>
    !(running && status === "stopped") &&
    ("node" in guests ? node === guests.node : guests.includes(vmid));
}

/**
 * Refuses a request that harms what is protected, or takes the protection away.
 *
 * @throws {ToolError} Naming the guest.
 */
export async function refuseProtectedImpact(
  services: Services,
  operation: string,
  args: Args,
  signal: AbortSignal,
): Promise<void> {
  const harm = impactOf(operation, args);
  if (!harm) return;
  const { after } = harm;
  const names = namesOf(services);
  const all = await services.guests.list(signal);
  const guarded = all.filter((guest) => protection(guest, names) !== undefined);
  if (guarded.length === 0) return;
  const meant = await isMeant(services, harm, signal);
  for (const guest of guarded) {
    const kept = after && protection(after(guest), names) !== undefined;
    if (kept || !await meant(guest)) continue;
    const what = describeGuest(guest);
    const why = protection(guest, names) ?? "";
    throw after ? refusal(what, `This would take its protection away: ${why}`) : lossOf(what, why);
  }
}

/** What a deed is about. */
export interface ActionTarget {
  readonly guest?: Guest;
  readonly node?: string;
  readonly operations: readonly string[];
  readonly args: Args;
}

/**
 * Refuses what any of a deed's operations would harm, before the first of its requests; what takes
 * the arguments of the request itself to tell is told then.
 *
 * @throws {ToolError} Naming the guest.
 */
export async function refuseKnownImpacts(
  services: Services,
  aim: ActionTarget,
  signal: AbortSignal,
): Promise<void> {
  const { guest, node, operations, args } = aim;
  const target = {
    ...(node === undefined ? {} : { node }),
    ...(guest ? { vmid: guest.vmid } : {}),
  };
  for (const operation of operations) {
    if (operation.endsWith("/prunebackups")) continue;
    await refuseProtectedImpact(services, operation, { ...args, ...target }, signal);
  }
}

/**
 * Refuses to destroy what is protected.
 *
 * @throws {ToolError} When guest, node, or a guest that the deed names besides is protected.
 */
export async function refuseProtected(
  services: Services,
  aim: ActionTarget,
  signal: AbortSignal,
): Promise<void> {
  const names = namesOf(services);
  if (aim.guest) {
    const why = protection(aim.guest, names);
    if (why !== undefined) throw lossOf(describeGuest(aim.guest), why);
  } else if (aim.node !== undefined && names.has(aim.node.toLowerCase())) {
    throw lossOf(`Node ${aim.node}`, `PROXMOX_PROTECT names ${aim.node}`);
  }
  const numbers = namedGuests(aim.args);
  if (numbers.length === 0) return;
  for (const guest of await services.guests.list(signal)) {
    const why = numbers.includes(guest.vmid) ? protection(guest, names) : undefined;
    if (why !== undefined) throw lossOf(describeGuest(guest), why);
  }
}
