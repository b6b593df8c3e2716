/**
 * The names of several clusters: which there are, and which names would be something else as well.
 *
 * @module
 */
import { SETTING_NAMES } from "./names.ts";
import { variablePart } from "./source.ts";

/** Letters, digits and hyphens, as in the name of a host. */
export const NAME = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/;

/** What stands where a cluster's name would: in front of a slash, or in place of a name. */
export const RESERVED: readonly string[] = [
  // Resources: proxmox://guest/web01
  ...["cluster", "health", "nodes", "guests", "storage", "tasks", "ha", "backup-jobs"],
  ...["node", "guest", "task", "tools"],
  // Ids of Proxmox VE: qemu/100
  ...["qemu", "lxc", "pool", "sdn", "network"],
  "all",
];

/** The setting that what follows `PROXMOX_` would begin. */
export function settingWith(part: string): string | undefined {
  return SETTING_NAMES.find((name) => name === part || name.startsWith(`${part}_`));
}

/** Why a name cannot be a cluster's, or undefined. */
function problemOf(name: string, all: readonly string[]): string | undefined {
  if (!NAME.test(name)) {
    return `expected names of lower-case letters, digits and hyphens, 32 at the most, got "${name}"`;
  }
  if (RESERVED.includes(name)) return `"${name}" cannot be a name: it means something else already`;
  const part = variablePart(name);
  const setting = settingWith(part);
  if (setting !== undefined) {
    return `"${name}" cannot be a name: PROXMOX_${setting} is a setting itself`;
  }
  for (const other of all.filter((each) => part.startsWith(`${variablePart(each)}_`))) {
    const within = settingWith(part.slice(variablePart(other).length + 1));
    if (within === undefined) continue;
    return `"${name}" cannot be a name beside "${other}": PROXMOX_${
      variablePart(other)
    }_${within} would be a setting of both`;
  }
  return undefined;
}

/**
 * The clusters' names, in the order of the settings.
 *
 * @param place Where they stand.
 * @param problems Receives what is wrong with them.
 */
export function clusterNames(
  given: readonly string[],
  place: string,
  problems: string[],
): string[] {
  const names = [...new Set(given)];
  for (const name of names.filter((each) => given.indexOf(each) !== given.lastIndexOf(each))) {
    problems.push(`${place}: "${name}" is named more than once`);
  }
  return names.filter((name) => {
    const problem = problemOf(name, names);
    if (problem !== undefined) problems.push(`${place}: ${problem}`);
    return problem === undefined;
  });
}
