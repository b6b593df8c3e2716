/**
 * Reads a guest's configuration: sizes, names, disks, network cards.
 *
 * @module
 */
import { GIB, KIB, MIB, TIB } from "../../base/byte_units.ts";
import { operationFact, paramFact } from "../../pve/api.ts";
import { parsePropertyString, printPropertyString } from "../../pve/formats/formats.ts";
import type { Guest, GuestConfig, GuestType } from "../core/model.ts";

const UNITS: Readonly<Record<string, number>> = {
  K: KIB,
  M: MIB,
  G: GIB,
  T: TIB,
};

/** Bytes of a size as PVE writes it (`32G`), or undefined. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([KMGT])?$/.exec(text);
  return match ? Math.floor(Number(match[1]) * (UNITS[match[2] ?? ""] ?? 1)) : undefined;
}

/** Bytes as PVE writes them: the largest unit that divides them. */
export function formatSize(bytes: number): string {
  for (const unit of ["T", "G", "M", "K"]) {
    const factor = UNITS[unit] ?? 1;
    if (bytes >= factor && bytes % factor === 0) return `${bytes / factor}${unit}`;
  }
  return String(bytes);
}

/** Name of a guest, or what PVE makes up. */
export function guestName(guest: Guest): string {
  const { name, hostname } = guest.config;
  return String(
    name ?? hostname ?? (guest.type === "qemu" ? `VM ${guest.vmid}` : `CT${guest.vmid}`),
  );
}

export function memoryBytes(guest: Guest): number {
  const { memory } = guest.config;
  if (typeof memory === "number") return memory * MIB;
  // `2048`, or `current=2048`.
  return (Number(memory ?? 512) || Number(/\d+/.exec(memory ?? "")?.[0] ?? 512)) * MIB;
}

/** Number of virtual CPUs. */
export function cpuCount(guest: Guest): number {
  const { cores, sockets, vcpus } = guest.config;
  if (guest.type === "lxc") return Number(cores ?? 2);
  return Number(vcpus ?? Number(sockets ?? 1) * Number(cores ?? 1));
}

/** True for a template. */
export function isTemplate(guest: Guest): boolean {
  return Number(guest.config.template ?? 0) === 1;
}

/** True when the configuration says that a guest agent is inside. */
export function hasAgent(config: GuestConfig): boolean {
  return /^(?:1|enabled=1)/.test(String(config.agent ?? ""));
}

/** True for the key of a network card. */
export function isNetKey(key: string): boolean {
  return /^net\d+$/.test(key);
}

/** True for the key of a volume that is kept and not used. */
export function isUnusedKey(key: string): boolean {
  return /^unused\d+$/.test(key);
}

const VM_DISK = /^(?:ide|sata|scsi|virtio)\d+$|^(?:efidisk0|tpmstate0)$/;
const CT_DISK = /^(?:rootfs|mp\d+)$/;

/** True for the key of a disk or mount point. */
export function isDiskKey(type: GuestType, key: string): boolean {
  return (type === "qemu" ? VM_DISK : CT_DISK).test(key);
}

/** A disk or mount point of a configuration. */
export interface Disk {
  readonly key: string;
  /** Volume id, or a path or `none`. */
  readonly volid: string;
  /** Bytes; 0 when the configuration does not say. */
  readonly size: number;
  readonly cdrom: boolean;
  /** All properties by name. */
  readonly properties: Readonly<Record<string, string>>;
}

const cache = new Map<string, Record<string, string>>();
const MAX_CACHED_VALUES = 2_000;

function formatOf(type: GuestType, key: string): string {
  return paramFact(operationFact(`POST /nodes/{node}/${type}`), key)?.format ?? "";
}

/** The properties of a disk, a mount point or a network card, of their text. */
export function propertiesOf(type: GuestType, key: string, text: string): Record<string, string> {
  const cached = cache.get(`${type}\0${key}\0${text}`);
  if (cached) return cached;
  const properties = parsePropertyString(formatOf(type, key), text, key);
  if (cache.size > MAX_CACHED_VALUES) cache.clear();
  cache.set(`${type}\0${key}\0${text}`, properties);
  return properties;
}

/** Properties as PVE writes them. */
export function printProperties(
  type: GuestType,
  key: string,
  properties: Readonly<Record<string, string>>,
): string {
  return printPropertyString(formatOf(type, key), properties);
}

/** A disk as it stands in the configuration. */
export function parseDisk(type: GuestType, key: string, text: string): Disk {
  const properties = propertiesOf(type, key, text);
  return {
    key,
    volid: sourceOf(type, properties),
    size: parseSize(properties.size ?? "") ?? 0,
    cdrom: properties.media === "cdrom",
    properties,
  };
}

/** The property that names the volume of a disk or mount point. */
function volumeProperty(type: GuestType): "file" | "volume" {
  return type === "qemu" ? "file" : "volume";
}

/** What a disk's text asks for: a volume id, a path, or the size of a new volume. */
export function sourceOf(type: GuestType, properties: Readonly<Record<string, string>>): string {
  return properties[volumeProperty(type)] ?? "";
}

/** Writes a disk with another volume. */
export function printMoved(
  type: GuestType,
  key: string,
  properties: Readonly<Record<string, string>>,
  volid: string,
): string {
  return printProperties(type, key, { ...properties, [volumeProperty(type)]: volid });
}

/** All disks and mount points, CD drives included. */
export function disksOf(type: GuestType, config: GuestConfig): Disk[] {
  return Object.keys(config).filter((key) => isDiskKey(type, key)).sort()
    .map((key) => parseDisk(type, key, String(config[key])));
}

/** Volumes that a configuration keeps without using them. */
export function unusedVolumes(config: GuestConfig): [key: string, volid: string][] {
  return Object.entries(config).filter(([key]) => isUnusedKey(key))
    .map(([key, volid]) => [key, String(volid)]);
}

/** The guest that a volume's name says is its owner, or undefined. */
function ownerIn(volid: string): number | undefined {
  const owner = /(?:^|[:/-])(\d+)\/(?=[^/]+$)|[:/](?:vm|base|subvol)-(\d+)-/.exec(volid);
  return owner ? Number(owner[1] ?? owner[2]) : undefined;
}

/** Puts a volume among the unused ones of its guest; that of another guest is let go. */
export function addUnused(config: GuestConfig, volid: string, vmid?: number): void {
  const owner = ownerIn(volid);
  if (vmid !== undefined && owner !== undefined && owner !== vmid) return;
  if (unusedVolumes(config).some(([, each]) => each === volid)) return;
  for (let index = 0;; index++) {
    if (config[`unused${index}`] !== undefined) continue;
    config[`unused${index}`] = volid;
    return;
  }
}

function sizeInText(text: string): number {
  const isCdrom = text.includes("media=cdrom");
  return isCdrom ? 0 : parseSize(/(?:^|,)size=([^,]+)/.exec(text)?.[1] ?? "") ?? 0;
}

/** The disk that stands first in a boot order, or nothing. */
function firstBootKey(boot: string): string {
  const first = /^order=([^;,]+)/.exec(boot)?.[1] ?? "";
  return VM_DISK.test(first) ? first : "";
}

/** What a config said of the disk to boot from, and how large that is. */
interface BootDisk {
  readonly boot: unknown;
  readonly key: string;
  readonly text: unknown;
  readonly size: number;
}

/** Lists of all guests ask again and again, and hardly a disk is ever changed. */
const bootDisks = new WeakMap<Guest, BootDisk>();

/** Size of the disk that a guest boots from, or of its root; 0 when no order names one. */
function bootDiskSize(guest: Guest): number {
  const { config, type } = guest;
  const known = bootDisks.get(guest);
  if (known && known.boot === config.boot && known.text === config[known.key]) return known.size;
  const key = type === "lxc" ? "rootfs" : firstBootKey(String(config.boot ?? ""));
  const size = sizeInText(String(config[key] ?? ""));
  bootDisks.set(guest, { boot: config.boot, key, text: config[key], size });
  return size;
}

/** Size of the disk that PVE lists for a guest: the first to boot from, or the root. */
export function mainDiskSize(guest: Guest): number {
  const { config, type } = guest;
  const size = bootDiskSize(guest);
  if (size > 0 || type === "lxc") return size;
  for (const key of [String(config.bootdisk ?? "scsi0"), "scsi0", "virtio0", "sata0", "ide0"]) {
    const next = sizeInText(String(config[key] ?? ""));
    if (next > 0) return next;
  }
  return 0;
}
