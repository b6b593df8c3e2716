/**
 * What changes of a guest's configuration take from its network cards and from the devices that
 * are passed through to it.
 *
 * @module
 */
import type { Args } from "../encode.ts";
import { type Change, changesOf, type CurrentConfig } from "./guest_changes.ts";
import type { GuestType } from "./guest_operations.ts";
import { type Properties, propertiesOf } from "./properties.ts";

const CARD = /^net\d+$/;
const DEVICE = /^(?:hostpci|usb|virtiofs|serial|parallel|dev)\d+$/;

/** What a card is in its network by; another model or rate leaves it there. */
const PLACE = ["bridge", "tag", "trunks", "mtu", "ip", "ip6", "gw", "gw6"];

function isOff(value: string | undefined): boolean {
  return value === undefined || value === "0";
}

/** What a card loses when its properties are written anew. */
function cardLosses(before: Properties, after: Properties): string[] {
  const mac = before.macaddr ?? before.hwaddr;
  const next = after.macaddr ?? after.hwaddr;
  const places = PLACE.filter((name) => before[name] !== undefined && before[name] !== after[name])
    .map((name) => `${name}=${before[name]} ${becomes(after[name], "dropped")}`);
  return [
    ...(mac === undefined || mac.toLowerCase() === next?.toLowerCase()
      ? []
      : [`MAC ${mac} ${becomes(next, "becomes a new one")}`]),
    ...places,
    ...(!isOff(before.firewall) && isOff(after.firewall)
      ? [`firewall=1 ${becomes(after.firewall, "dropped")}`]
      : []),
    ...(isOff(before.link_down) && !isOff(after.link_down) ? ["link down"] : []),
  ];
}

function becomes(after: string | undefined, otherwise: string): string {
  return after === undefined ? otherwise : `becomes ${after}`;
}

/** `net0 (BC:24:11:00:00:01, vmbr0)` */
function cardText(key: string, { macaddr, hwaddr, bridge }: Properties): string {
  const parts = [macaddr ?? hwaddr, bridge].filter((part) => part !== undefined);
  return `${key} (${parts.join(", ")})`;
}

function cardLost(type: GuestType, { key, after }: Change, current: string): string[] {
  const before = propertiesOf(type, key, current);
  if (after === undefined) return [`${cardText(key, before)}: taken out`];
  const lost = cardLosses(before, propertiesOf(type, key, after));
  return lost.length > 0 ? [`${key}: ${lost.join(", ")}`] : [];
}

/** What names the device itself; the rest are options of it. */
function identity({ host, mapping, dirid, path, "": text }: Properties): string {
  return String(host ?? mapping ?? dirid ?? path ?? text);
}

function deviceLost(type: GuestType, { key, after }: Change, current: string): string[] {
  const device = identity(propertiesOf(type, key, current));
  if (after !== undefined && identity(propertiesOf(type, key, after)) === device) return [];
  return [`${key} (${device}): ${after === undefined ? "taken out" : "replaced"}`];
}

/** What cards and devices lose by the changes of a request, in words. */
function lost(
  changes: readonly Change[],
  config: CurrentConfig,
  lossOf: (change: Change, current: string) => string[],
): string[] {
  return changes.flatMap((change) => {
    if (!config) return [`what ${change.key} is, which could not be read`];
    const { current, pending } = config.get(change.key) ?? {};
    const before = current ?? pending;
    return before === undefined ? [] : lossOf(change, before);
  });
}

/** What the network cards of a guest lose, in words. */
export function cardsLost(type: GuestType, args: Args, config: CurrentConfig): string[] {
  const changes = changesOf(args, (key) => CARD.test(key));
  return lost(changes, config, (change, current) => cardLost(type, change, current));
}

/** What is taken of the devices that are passed through to a guest, in words. */
export function devicesLost(type: GuestType, args: Args, config: CurrentConfig): string[] {
  const changes = changesOf(args, (key) => DEVICE.test(key));
  return lost(changes, config, (change, current) => deviceLost(type, change, current));
}
