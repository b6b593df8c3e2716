/**
 * Devices that tie a VM to its node, and mapped ones, which other nodes may have too. Source:
 * PVE::QemuMigrate::Helpers.
 *
 * @module
 */
import type { Cluster } from "../core/cluster.ts";
import type { Guest } from "../core/model.ts";
import type { Entry } from "../core/tables.ts";

/** What a migration asks about a VM's devices; all by their keys in the configuration. */
export interface Devices {
  /** Those that block a migration, mapped ones that run among them. */
  readonly local: readonly string[];
  readonly mapped: Readonly<Record<string, Entry>>;
  /** Mapped ones that a node lacks. */
  readonly missingOn: (node: string) => string[];
}

function mappedName(value: string): string | undefined {
  return /(?:^|,)mapping=([^,]+)/.exec(value)?.[1];
}

/** The devices of a VM. */
export function devicesOf(cluster: Cluster, guest: Guest): Devices {
  const running = guest.status === "running";
  const local: string[] = [];
  const mapped: Record<string, Entry> = {};
  const maps: Record<string, readonly string[]> = {};
  for (const [key, setting] of Object.entries(guest.config)) {
    const value = String(setting);
    const kind = /^(usb|hostpci|serial|parallel)\d+$/.exec(key)?.[1];
    if (kind === undefined || value === "socket" || /^(?:host=)?spice\b/i.test(value)) continue;
    const name = mappedName(value);
    if (name !== undefined) {
      mapped[key] = { name };
      maps[key] = cluster.table(`mapping.${kind === "usb" ? "usb" : "pci"}`).get(name)?.map ?? [];
    }
    if (kind !== "hostpci" || name === undefined || running) local.push(key);
  }
  const has = (key: string, node: string): boolean =>
    maps[key]?.some((map) => map.split(",").includes(`node=${node}`)) ?? false;
  return {
    local,
    mapped,
    missingOn: (node) => Object.keys(mapped).filter((key) => !has(key, node)),
  };
}

/** Why the devices of a VM cannot go along to a node, in the worker's words, or undefined. */
export function deviceObstacle(cluster: Cluster, guest: Guest, node: string): string | undefined {
  const { local, mapped, missingOn } = devicesOf(cluster, guest);
  const blocking = local.filter((key) => mapped[key] === undefined);
  if (blocking.length > 0) {
    return `can't migrate VM which uses local devices: ${blocking.join(", ")}`;
  }
  const missing = missingOn(node);
  if (missing.length > 0) {
    return `can't migrate to '${node}': missing mapped devices ${missing.join(", ")}`;
  }
  const names = Object.entries(mapped).map(([key, { name }]) => `${key}:${name}`);
  return names.length === 0 || guest.status !== "running"
    ? undefined
    : `can't live migrate running VM which uses the following mapped devices: ${names.join(", ")}`;
}
