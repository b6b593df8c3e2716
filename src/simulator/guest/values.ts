/**
 * Values of options as PVE keeps them: network cards with an address, volumes made, tags sorted,
 * identifiers made up. Sources: PVE::QemuServer, PVE::LXC::Config, PVE::GuestHelpers.
 *
 * @module
 */
import { splitList } from "../../pve/split_list.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Guest, GuestConfig, GuestType } from "../core/model.ts";
import { macAddress, uuid } from "../core/random.ts";
import { isDiskKey, isNetKey, printProperties, propertiesOf } from "./config.ts";
import { type Made, realizeDisk } from "./disks.ts";

/** A network card with an address, as the configuration keeps it. */
function withMac(
  cluster: Cluster,
  type: GuestType,
  key: string,
  properties: Readonly<Record<string, string>>,
): string {
  const mac = macAddress(cluster.random);
  return printProperties(
    type,
    key,
    type === "qemu"
      ? { macaddr: mac, ...properties }
      : { hwaddr: mac, type: "veth", ...properties },
  );
}

/** A network card's text with another address. */
export function withNewMac(cluster: Cluster, guest: Guest, key: string, value: string): string {
  const { macaddr: _macaddr, hwaddr: _hwaddr, ...rest } = propertiesOf(guest.type, key, value);
  return withMac(cluster, guest.type, key, rest);
}

/** Identifiers of a VM that no other VM has. */
export function newIdentity(cluster: Cluster): { smbios1: string; vmgenid: string } {
  return { smbios1: `uuid=${uuid(cluster.random)}`, vmgenid: uuid(cluster.random) };
}

/** Gives a copy of a VM an identity of its own; a `vmgenid` only where there was one. */
export function renewIdentity(cluster: Cluster, config: GuestConfig): void {
  const { smbios1, vmgenid } = newIdentity(cluster);
  const rest = String(config.smbios1 ?? "").split(",").filter((each) => !/^(?:uuid=|$)/.test(each));
  config.smbios1 = [...rest, smbios1].sort().join(",");
  if (config.vmgenid !== undefined) config.vmgenid = vmgenid;
}

/** Tags as PVE keeps them: each once, in lower case, sorted. */
function sortedTags(value: string): string {
  return [...new Set(splitList(value).map((tag) => tag.toLowerCase()))].sort().join(";");
}

/** An option's value as the configuration keeps it; makes the volumes that it asks for. */
function realize(
  cluster: Cluster,
  guest: Guest,
  key: string,
  value: unknown,
  made: Made,
): string | number {
  const { type } = guest;
  if (isDiskKey(type, key)) return realizeDisk(cluster, guest, key, String(value), made);
  if (isNetKey(key)) return withMac(cluster, type, key, propertiesOf(type, key, String(value)));
  if (key === "tags") return sortedTags(String(value));
  if (key === "vmgenid" && String(value) === "1") return newIdentity(cluster).vmgenid;
  return typeof value === "number" ? value : String(value);
}

/** Options as the configuration keeps them, and the lines that the worker prints. */
export interface Realized {
  readonly config: GuestConfig;
  readonly log: string[];
}

/**
 * Makes the volumes that options ask for.
 *
 * @throws {ApiError} When one cannot be made; the others are removed then.
 */
export function realizeAll(cluster: Cluster, guest: Guest, settings: GuestConfig): Realized {
  const made: Made = { log: [], volids: [] };
  const config: GuestConfig = {};
  try {
    for (const [key, value] of Object.entries(settings)) {
      config[key] = realize(cluster, guest, key, value, made);
    }
  } catch (error) {
    for (const volid of made.volids) cluster.storages.remove(volid, guest.node);
    throw error;
  }
  return { config, log: made.log };
}
