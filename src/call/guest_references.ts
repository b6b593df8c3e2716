/**
 * Guests that arguments name besides the target: `web01` or `100` where PVE wants the number, or
 * the id of an HA resource (`vm:100`).
 *
 * @module
 */
import type { ParamFact } from "../pve/api.ts";
import type { ArgValue } from "../pve/encode.ts";
import { type Guest, sidOf } from "../pve/guests.ts";
import type { GuestDirectory } from "../pve/guest_directory.ts";
import { splitList } from "../pve/split_list.ts";
import type { Action } from "../tool/define.ts";
import { guestNumbers } from "../tool/loose_types.ts";
import { factOfParam } from "../tool/operation.ts";

/** How PVE writes a guest, by the format of the parameter. */
const FORMATS: Readonly<Record<string, (guest: Guest) => string>> = {
  "pve-vmid-list": ({ vmid }) => String(vmid),
  "pve-ha-resource-or-vm-id": sidOf,
  "pve-ha-resource-id-list": sidOf,
};
const NAME = /^(?:(vm|ct):)?([a-z][a-z0-9.-]*|\d+)$/i;

function formatterOf(fact: ParamFact | undefined): ((guest: Guest) => string) | undefined {
  return fact?.format === undefined ? undefined : FORMATS[fact.format];
}

/** True for an entry that PVE would not understand, or not as well. */
function isReference(format: string | undefined, entry: string): boolean {
  const plain = format === "pve-vmid-list" ? /^\d+$/ : /^(vm|ct):\d+$/;
  return NAME.test(entry) && !plain.test(entry);
}

function entriesOf(format: string | undefined, value: unknown): string[] {
  return format?.endsWith("-list") ? splitList(value) : [String(value)];
}

/** A name, or an id of the list of resources (`qemu/100`), where Proxmox VE takes a number alone. */
const ONE = /^(?:(?:qemu|lxc)\/\d+|[\d.-]*[a-z][a-z\d.-]*)$/i;

/** True for a name of a guest in place of its number. */
function isNameForNumber(value: unknown): value is string {
  return typeof value === "string" && ONE.test(value.trim());
}

/** The value with names of guests in it, where the parameter takes numbers of guests; else undefined. */
export function guestNames(action: Action, name: string, value: unknown): ArgValue | undefined {
  if (typeof value !== "string" && !Array.isArray(value)) return undefined;
  const takes = guestNumbers(action, name);
  if (takes === "one") return isNameForNumber(value) ? value.trim() : undefined;
  if (takes === undefined) return undefined;
  const entries: readonly unknown[] = Array.isArray(value) ? value : splitList(value);
  if (!entries.some(isNameForNumber)) return undefined;
  return entries.map((each) => isNameForNumber(each) ? each.trim() : Number(each));
}

/** Finds a guest by its number or name. */
type Find = (name: string, type: Guest["type"] | undefined) => Promise<Guest>;

/** The number of the guest that an entry names. */
async function numberFor(entry: unknown, find: Find): Promise<number> {
  if (!isNameForNumber(entry)) return Number(entry);
  const [, type, number = entry] = /^(qemu|lxc)\/(\d+)$/i.exec(entry) ?? [];
  return (await find(number, type?.toLowerCase() as Guest["type"] | undefined)).vmid;
}

/** The guests that a value names, by number or name, where it holds ids of guests. */
export function namedGuests(action: Action, param: string, value: unknown): string[] {
  // A number alone may be that of a guest that is gone, or to come.
  if (guestNumbers(action, param) === "one") return isNameForNumber(value) ? [value] : [];
  const fact = factOfParam(action, param);
  const isArray = fact?.items?.format === "pve-vmid";
  if (!isArray && !formatterOf(fact)) return [];
  const entries = Array.isArray(value) ? value.map(String) : entriesOf(fact?.format, value);
  return entries.flatMap((entry) => NAME.exec(entry)?.[2] ?? []);
}

/** What PVE's check of a value can know: its entries without those that are names of guests. */
export function withoutGuestNames(fact: ParamFact, value: unknown): unknown {
  if (!formatterOf(fact) || typeof value !== "string") return value;
  const entries = entriesOf(fact.format, value);
  const left = entries.filter((each) => !isReference(fact.format, each));
  return left.length === entries.length ? value : left.join(",");
}

async function entryFor(
  entry: string,
  format: string | undefined,
  form: (guest: Guest) => string,
  find: Find,
): Promise<string> {
  if (!isReference(format, entry)) return entry;
  const [, kind, name = entry] = NAME.exec(entry) ?? [];
  const type = kind === undefined ? undefined : kind.toLowerCase() === "vm" ? "qemu" : "lxc";
  return form(await find(name, type));
}

/** Arguments with guests as PVE writes them. */
interface ResolvedArguments {
  readonly args: Readonly<Record<string, ArgValue>>;
  /** The guests that names in them were found to mean. */
  readonly named: readonly Guest[];
}

/**
 * Finds the guests that arguments name.
 *
 * @throws {GuestLookupError} When there is no such guest, or several of that name.
 */
export async function resolveGuestReferences(
  action: Action,
  args: Readonly<Record<string, ArgValue>>,
  guests: GuestDirectory,
  signal: AbortSignal,
): Promise<ResolvedArguments> {
  const resolved: Record<string, ArgValue> = { ...args };
  const named: Guest[] = [];
  const find: Find = async (name, type) => {
    const guest = await guests.find(name, type, signal);
    named.push(guest);
    return guest;
  };
  for (const [name, value] of Object.entries(args)) {
    const fact = factOfParam(action, name);
    const form = formatterOf(fact);
    if (guestNames(action, name, value) !== undefined) {
      resolved[name] = Array.isArray(value)
        ? await Promise.all(value.map((each) => numberFor(each, find)))
        : await numberFor(value, find);
      continue;
    }
    if (!form) continue;
    const entries = entriesOf(fact?.format, value);
    if (!entries.some((each) => isReference(fact?.format, each))) continue;
    const found = entries.map((each) => entryFor(each, fact?.format, form, find));
    resolved[name] = (await Promise.all(found)).join(",");
  }
  return { args: resolved, named };
}
