/**
 * Network cards of VMs and containers: what they have in common is named once, what only one of
 * them has is refused for the other.
 *
 * @module
 */
import type { Args } from "../../pve/encode.ts";
import { parsePropertyString } from "../../pve/formats/formats.ts";
import type { ExtraParam } from "../../tool/define.ts";
import { formatOf, type Properties, propertyText, refuse } from "./_volumes.ts";

type GuestType = "qemu" | "lxc";

/** PVE's name of each parameter, by type of guest; null where there is no such thing. */
const PROPERTIES: Readonly<Record<string, Readonly<Record<GuestType, string | null>>>> = {
  bridge: { qemu: "bridge", lxc: "bridge" },
  model: { qemu: "model", lxc: null },
  macaddr: { qemu: "macaddr", lxc: "hwaddr" },
  vlan: { qemu: "tag", lxc: "tag" },
  ip: { qemu: null, lxc: "ip" },
  gw: { qemu: null, lxc: "gw" },
  ip6: { qemu: null, lxc: "ip6" },
  gw6: { qemu: null, lxc: "gw6" },
  firewall: { qemu: "firewall", lxc: "firewall" },
  name: { qemu: null, lxc: "name" },
  mtu: { qemu: "mtu", lxc: "mtu" },
  rate: { qemu: "rate", lxc: "rate" },
  link_down: { qemu: "link_down", lxc: "link_down" },
  trunks: { qemu: "trunks", lxc: "trunks" },
  queues: { qemu: "queues", lxc: null },
};

const WHY_NOT: Readonly<Record<GuestType, string>> = {
  qemu: "not for VMs: they set addresses themselves, or by cloud-init (ipconfig0)",
  lxc: "not for containers",
};

/** Parameters of a card, for the actions that write one. */
export const NIC_PARAMS: Readonly<Record<string, ExtraParam>> = {
  net: { type: "string", pattern: "net\\d+", required: true },
  bridge: { type: "string", description: "or vnet" },
  model: { type: "string", description: "default virtio" },
  macaddr: { type: "string" },
  vlan: { type: "string" },
  ip: { type: "string", description: "CIDR or dhcp" },
  gw: { type: "string" },
  ip6: { type: "string", unlisted: true },
  gw6: { type: "string", unlisted: true },
  firewall: { type: "boolean" },
  name: { type: "string", description: "eth0" },
  mtu: { type: "string", unlisted: true },
  rate: { type: "string", unlisted: true },
  link_down: { type: "boolean", unlisted: true },
  trunks: { type: "string", unlisted: true },
  queues: { type: "string", unlisted: true },
};

/** The card's properties that a call sets, by PVE's names; undefined clears one. */
function changesOf(type: GuestType, args: Args): Record<string, string | boolean | undefined> {
  const changes: Record<string, string | boolean | undefined> = {};
  const strange: Record<string, string> = {};
  for (const [name, names] of Object.entries(PROPERTIES)) {
    const value = args[name];
    const property = names[type];
    if (value === undefined) continue;
    if (property === null) strange[name] = WHY_NOT[type];
    else changes[property] = typeof value === "boolean" ? value : String(value) || undefined;
  }
  if (Object.keys(strange).length > 0) throw refuse("Cannot write this network card", strange);
  return changes;
}

/** A new card. */
export function newNic(type: GuestType, key: string, args: Args): string {
  const defaults: Properties = type === "qemu"
    ? { model: "virtio" }
    : { name: `eth${key.slice(3)}`, type: "veth" };
  return propertyText(type, key, { ...defaults, ...changesOf(type, args) });
}

/** The card with some properties changed and all others as they were. */
export function changedNic(type: GuestType, key: string, before: string, args: Args): string {
  const format = formatOf(type, key);
  if (format === undefined) throw refuse(`Cannot write ${key}`, { net: "PVE has no such card" });
  const changes = changesOf(type, args);
  if (Object.keys(changes).length === 0) {
    throw refuse(`Nothing to change in ${key}`, { bridge: "or another property is missing" });
  }
  return propertyText(type, key, { ...parsePropertyString(format, before, key), ...changes });
}
