/**
 * Disks and mount points: their slots in a config, their sizes, and new ones as PVE wants them
 * written.
 *
 * @module
 */
import { errorMessage } from "../../base/text/error_message.ts";
import { guestOperation, operationFact, paramFact } from "../../pve/api.ts";
import type { Args, ArgValue } from "../../pve/encode.ts";
import { checkFormat, printPropertyString } from "../../pve/formats/formats.ts";
import { gibibytes } from "../../pve/size.ts";
import { ToolError } from "../../tool/answer.ts";
import { guestOf, type ReadContext } from "../../tool/context.ts";
import { type Place, placeArgs } from "./_state.ts";

/** A guest's configuration by key. */
export interface GuestConfig {
  readonly [key: string]: unknown;
  readonly digest?: string;
}

/** Properties of a disk, mount point or network card; undefined ones are left out. */
export type Properties = Readonly<Record<string, string | number | boolean | undefined>>;

/** The config as it will be at the next start, with its digest. */
export async function configOf(context: ReadContext, guest: Place): Promise<GuestConfig> {
  const operation = guestOperation("GET /nodes/{node}/{type}/{vmid}/config", guest.type);
  return (await context.request(operation, placeArgs(guest))).data as GuestConfig;
}

/** A call that cannot be made with these arguments; nothing was sent that changes something. */
export function refuse(title: string, parameters: Readonly<Record<string, string>>): ToolError {
  return new ToolError(title, { reason: "Nothing was changed", parameters });
}

/** The format of the property string of a config key: `scsi1`, `net0`, `mp3`. */
export function formatOf(type: Place["type"], key: string): string | undefined {
  const fact = operationFact(guestOperation("PUT /nodes/{node}/{type}/{vmid}/config", type));
  return paramFact(fact, key)?.format;
}

/** Slots that PVE has, as messages tell them. */
function slotText(type: Place["type"], key: string): string {
  if (key.startsWith("net")) return "net0 to net31";
  return type === "lxc"
    ? "mp0 to mp255"
    : "scsi0 to scsi30, virtio0 to virtio15, sata0 to sata5 or ide0 to ide3";
}

/**
 * A property string for a config key. No value can bring a property of its own along.
 *
 * @throws {ToolError} With what is wrong, by property.
 */
export function propertyText(type: Place["type"], key: string, properties: Properties): string {
  const title = `Cannot write ${key}`;
  const format = formatOf(type, key);
  if (format === undefined) {
    throw refuse(title, { [key]: `is not a slot that PVE has: expected ${slotText(type, key)}` });
  }
  for (const [name, value] of Object.entries(properties)) {
    if (String(value ?? "").includes(",")) throw refuse(title, { [name]: "holds a comma" });
  }
  try {
    const text = printPropertyString(format, properties);
    const wrong = checkFormat(format, text, key);
    if (wrong === undefined) return text;
    throw new TypeError(wrong.replace(/^format error\n/, ""));
  } catch (error) {
    throw refuse(title, { [key]: errorMessage(error) });
  }
}

/** Slots of disks, by type of guest. */
const SLOTS = {
  qemu: /^((ide|sata|scsi|virtio|unused)\d+|efidisk0|tpmstate0)$/,
  lxc: /^(rootfs|(mp|unused)\d+)$/,
};

/**
 * The disk as the config has it. Refuses what this guest does not have, naming what it has: PVE would
 * list all 300 names that there can be.
 */
export async function checkDisk(context: ReadContext, guest: Place, disk: string): Promise<string> {
  const config = await configOf(context, guest);
  checkTaken(config, disk, SLOTS[guest.type]);
  return String(config[disk]);
}

/** The first free slot of a kind: `net1`. */
export function freeSlot(config: GuestConfig, kind: string): string {
  let index = 0;
  while (config[`${kind}${index}`] !== undefined) index++;
  return `${kind}${index}`;
}

/** Refuses a slot that is taken, and names a free one. */
export function checkFree(config: GuestConfig, key: string): void {
  if (config[key] === undefined) return;
  const free = freeSlot(config, key.replace(/(?<!\d)\d+$/, ""));
  throw refuse(`${key} is in use`, { [key]: `holds ${config[key]}; ${free} is free` });
}

/** A new volume, and the slot that takes it. */
export interface NewVolume {
  readonly key: string;
  /** As PVE takes it: `local-lvm:32`, for one of 32 GiB. */
  readonly volume: string;
  readonly digest: ArgValue | undefined;
}

/**
 * The new volume of `storage` and `size`, in the slot that the call names or the first free one.
 *
 * @throws {ToolError} When the slot is taken.
 */
export async function newVolume(
  args: Args,
  context: ReadContext,
  slot: { readonly param: string; readonly kind: string },
): Promise<NewVolume> {
  const config = await configOf(context, guestOf(context));
  const key = String(args[slot.param] ?? freeSlot(config, slot.kind));
  checkFree(config, key);
  const volume = `${args.storage}:${gibibytes(String(args.size))}`;
  return { key, volume, digest: args.digest ?? config.digest };
}

/** Refuses what is no slot of the config, and names those that it has. */
export function checkTaken(config: GuestConfig, key: string, kinds: RegExp): void {
  if (kinds.test(key) && config[key] !== undefined) return;
  const taken = Object.keys(config).filter((each) => kinds.test(each)).sort();
  throw refuse(`There is no ${key}`, { [key]: `the config has ${taken.join(", ") || "none"}` });
}

/** The volume of a slot: `local-lvm:vm-100-disk-1`. */
export function volumeOf(value: unknown): string {
  return String(value).split(",")[0] ?? "";
}

/** The `unusedN` that holds a volume, when one does. */
export function unusedSlot(config: GuestConfig, volume: string): string | undefined {
  return Object.keys(config).find((key) =>
    key.startsWith("unused") && volumeOf(config[key]) === volume
  );
}

/**
 * The size to grow to, or by with a `+`, with its unit: PVE takes a plain number as bytes, which
 * nobody means.
 */
export function growth(size: string): string {
  const match = /^(\+?)(\d+(?:\.\d+)?)\s*([KMGT])(?:i?B)?$/i.exec(size.trim());
  if (match) return `${match[1]}${match[2]}${match[3]?.toUpperCase()}`;
  throw refuse("Cannot resize", {
    size: `expected a size with its unit, such as +5G or 40G, got "${size}"`,
  });
}
