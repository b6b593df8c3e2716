/**
 * The addresses of guests: made up from their number, and those that a container's interfaces show.
 *
 * @module
 */
import type { Cluster } from "../core/cluster.ts";
import type { Handlers } from "../core/handler.ts";
import type { Guest } from "../core/model.ts";
import type { Entry } from "../core/tables.ts";
import { isNetKey } from "./config.ts";
import { guestHandler } from "./find.ts";

/** MAC addresses of the network cards, in order. */
export function macsOf(guest: Guest): string[] {
  return Object.keys(guest.config).filter(isNetKey).sort()
    .map((key) => /[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}/.exec(String(guest.config[key]))?.[0])
    .filter((mac) => mac !== undefined);
}

/** An address in the documentation network, by the guest's number. */
export function addressOf(guest: Guest, index: number): string {
  return `198.51.100.${1 + (guest.vmid + index * 7) % 253}`;
}

function interfaces(_cluster: Cluster, guest: Guest): Entry[] | null {
  if (guest.status !== "running") return null;
  const entry = (name: string, mac: string, address: string, prefix: number): Entry => ({
    name,
    hwaddr: mac,
    "hardware-address": mac,
    inet: `${address}/${prefix}`,
    "ip-addresses": [{ "ip-address": address, "ip-address-type": "inet", prefix }],
  });
  return [
    entry("lo", "00:00:00:00:00:00", "127.0.0.1", 8),
    ...macsOf(guest).map((mac, index) =>
      entry(`eth${index}`, mac.toLowerCase(), addressOf(guest, index), 24)
    ),
  ];
}

/** Handlers of a container's addresses. */
export const handlers: Handlers = {
  "GET /nodes/{node}/lxc/{vmid}/interfaces": guestHandler(interfaces),
};
