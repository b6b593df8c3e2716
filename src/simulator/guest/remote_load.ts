/**
 * What of a guest goes to another cluster: its configuration, its volumes, its firewall.
 *
 * @module
 */
import type { Cluster } from "../core/cluster.ts";
import type { Guest, GuestConfig } from "../core/model.ts";
import { aliasesOf, setsOf } from "../firewall/scope.ts";
import { isVolid, splitVolid } from "../storage/storages.ts";
import {
  disksOf,
  isDiskKey,
  isNetKey,
  isUnusedKey,
  printMoved,
  printProperties,
  propertiesOf,
  unusedVolumes,
} from "./config.ts";
import type { Arrival } from "./mtunnel.ts";
import { mapped, type NameMap } from "./name_map.ts";
import { transferLines } from "./progress.ts";

/** Volumes of a guest by their keys, the unused ones as well. */
export function volumesOf(guest: Guest): [key: string, volid: string][] {
  const disks = disksOf(guest.type, guest.config).filter(({ volid }) => isVolid(volid));
  return [
    ...disks.map(({ key, volid }): [string, string] => [key, volid]),
    ...unusedVolumes(guest.config),
  ];
}

/** The configuration as it goes to the other cluster, its network cards on other bridges. */
export function departing(
  guest: Guest,
  bridges: NameMap,
): { config: GuestConfig; lines: string[] } {
  const lines: string[] = [];
  const config: GuestConfig = {};
  for (const [key, value] of Object.entries(guest.config)) {
    if (key === "lock" || key === "parent") continue;
    if (isUnusedKey(key) || isVolume(guest, key)) continue;
    config[key] = value;
    if (!isNetKey(key)) continue;
    const card = propertiesOf(guest.type, key, String(value));
    if (card.bridge === undefined) continue;
    const bridge = mapped(bridges, card.bridge);
    lines.push(`mapped: ${key} from ${card.bridge} to ${bridge}`);
    config[key] = printProperties(guest.type, key, { ...card, bridge });
  }
  return { config, lines };
}

function isVolume(guest: Guest, key: string): boolean {
  return isDiskKey(guest.type, key) && volumesOf(guest).some(([each]) => each === key);
}

/** The volumes as they arrive on the other side. */
export function arrivalsOf(cluster: Cluster, guest: Guest, storages: NameMap): Arrival[] {
  return volumesOf(guest).map(([key, volid]) => {
    const volume = cluster.storages.requireVolume(volid, guest.node);
    const text = String(guest.config[key]);
    return {
      key,
      storage: mapped(storages, splitVolid(volid).storage),
      size: volume.size,
      used: volume.used ?? volume.size,
      ...(volid.includes("cloudinit") ? { suffix: "cloudinit" } : {}),
      print: (made: string) =>
        isUnusedKey(key) ? made : printMoved(
          guest.type,
          key,
          propertiesOf(guest.type, key, text),
          made,
        ),
    };
  });
}

/** Takes the firewall of a guest along. */
export function copyFirewall(from: Cluster, guest: Guest, to: Cluster, vmid: number): void {
  const [here, there] = [`guest/${guest.vmid}`, `guest/${vmid}`];
  const options = from.table("firewall.options").get(here);
  if (options) to.table("firewall.options").set(there, structuredClone(options));
  const rules = from.table("firewall.rules").get(here);
  if (rules) to.table("firewall.rules").set(there, structuredClone(rules));
  for (const [name, alias] of aliasesOf(from, here)) aliasesOf(to, there).set(name, { ...alias });
  for (const [name, set] of setsOf(from, here)) setsOf(to, there).set(name, structuredClone(set));
}

/** Lines on the volumes before they move. */
export function foundLines(cluster: Cluster, guest: Guest): string[] {
  return volumesOf(guest).flatMap(([key, volid]) => {
    const isVm = guest.type === "qemu";
    const where = isVm ? isUnusedKey(key) ? "(unused)" : "(attached)" : "(in current VM config)";
    const what = isVm ? "disk" : "volume";
    const size = cluster.storages.find(volid, guest.node)?.size ?? 0;
    return [`found local ${what} '${volid}' ${where}`, ...transferLines(size)];
  });
}
