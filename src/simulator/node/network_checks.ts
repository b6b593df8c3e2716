/**
 * What PVE derives from the settings of a network interface, and what it refuses.
 *
 * @module
 */
import { invalid } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";

/** Options of default gateways, with PVE's words for them. */
const GATEWAYS = [["gateway", "Default gateway"], ["gateway6", "Default ipv6 gateway"]] as const;

/** Interfaces of a node by name. */
export type Interfaces = Map<string, Entry>;

/** Splits the CIDRs of an entry into address and mask, and derives methods and families. */
export function settle(entry: Entry, settings: Entry): void {
  const families: string[] = [];
  for (const [suffix, family] of [["", "inet"], ["6", "inet6"]] as const) {
    const [cidr, address, netmask] = [`cidr${suffix}`, `address${suffix}`, `netmask${suffix}`];
    if (settings[cidr] !== undefined && settings[address] !== undefined) {
      throw invalid({ [address]: `${address} conflicts with ${cidr}` });
    }
    const [host, mask] = String(settings[cidr] ?? "").split("/");
    if (host) Object.assign(entry, { [address]: host, [netmask]: mask });
    if (settings[cidr] === undefined && settings[address] === undefined) {
      // An update without an address takes the address away.
      for (const key of [cidr, address, netmask, `gateway${suffix}`]) delete entry[key];
    }
    entry[`method${suffix}`] = entry[address] === undefined ? "manual" : "static";
    if (entry[address] === undefined) continue;
    entry[cidr] = `${entry[address]}/${entry[netmask]}`;
    families.push(family);
  }
  entry.families = families.length > 0 ? families : ["inet"];
}

/** Refuses a second default gateway of the same family. */
export function assertOneGateway(interfaces: Interfaces, name: string, settings: Entry): void {
  for (const [key, label] of GATEWAYS) {
    if (settings[key] === undefined) continue;
    const other = [...interfaces].find(([each, entry]) =>
      each !== name && entry[key] !== undefined
    );
    if (other) throw invalid({ [key]: `${label} already exists on interface '${other[0]}'.` });
  }
}

/** Refuses a VLAN without its device, and a port without its bridge. */
export function assertComplete(interfaces: Interfaces, entry: Entry): void {
  const { type } = entry;
  if (type === "vlan" && entry["vlan-raw-device"] === undefined) {
    throw invalid({ "vlan-raw-device": "parameter is required" });
  }
  if (type !== "OVSIntPort" && type !== "OVSBond") return;
  const bridge = entry.ovs_bridge;
  if (bridge === undefined) throw invalid({ ovs_bridge: "parameter is required" });
  const known = interfaces.get(String(bridge));
  if (!known) throw invalid({ ovs_bridge: `bridge '${bridge}' does not exist` });
  if (known.type !== "OVSBridge") {
    throw invalid({ ovs_bridge: `interface '${bridge}' is no OVS bridge` });
  }
}
