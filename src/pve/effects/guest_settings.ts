/**
 * What changes of a guest's configuration take beside its devices: its protection, a lock, its
 * being a guest that runs, what waits for its next start.
 *
 * @module
 */
import type { Args } from "../encode.ts";
import { isSecretName } from "../secret_names.ts";
import { splitList } from "../split_list.ts";
import { type Exposure, isOn } from "./effect.ts";
import { changesOf, type CurrentConfig, deletedKeys } from "./guest_changes.ts";
import type { GuestType } from "./guest_operations.ts";

/** What a key of a configuration loses when it changes, by its values; undefined for nothing. */
const LOST: Readonly<Record<string, (before: string, after: string) => string | undefined>> = {
  protection: (before, after) =>
    isOn(before) && !isOn(after) ? "its protection from removal" : undefined,
  template: (before, after) => {
    if (isOn(before) === isOn(after)) return undefined;
    return isOn(after)
      ? "the guest as one that runs: a template is only cloned"
      : "the template, and what its linked clones rest on";
  },
  lock: (before, after) => {
    if (before === after) return undefined;
    return after === ""
      ? `its lock (${before}), which keeps others from it while that runs`
      : `every change of it, while it is locked (${after})`;
  },
};

/** What the settings of a guest lose, in words. */
export function settingsLost(args: Args, config: CurrentConfig): string[] {
  const changes = changesOf(args, (key) => Object.hasOwn(LOST, key));
  return changes.flatMap(({ key, after = "" }) => {
    const protects = key === "protection" && isOn(after);
    if (!config) return protects ? [] : [`its ${key}, which could not be read`];
    const lost = LOST[key]?.(config.get(key)?.current ?? "", after);
    return lost === undefined ? [] : [lost];
  });
}

/** What waits for the next start, and is dropped, in words. */
export function pendingLost(args: Args, config: CurrentConfig): string[] {
  return splitList(args.revert).flatMap((key) => {
    if (!config) return [`what waits of ${key}, which could not be read`];
    const { pending } = config.get(key) ?? {};
    if (pending === undefined) return [];
    return [`the change of ${key} that waits${isSecretName(key) ? "" : ` (${pending})`}`];
  });
}

/** The guest with other tags, or another name; none when neither changes. */
export function renamed(type: GuestType, args: Args): Exposure[] {
  const gone = deletedKeys(args);
  const nameKey = type === "qemu" ? "name" : "hostname";
  const named = args[nameKey] !== undefined || gone.includes(nameKey);
  const tagged = args.tags !== undefined || gone.includes("tags");
  if (!named && !tagged) return [];
  const name = gone.includes(nameKey) ? "" : String(args[nameKey] ?? "");
  const tags = gone.includes("tags") ? [] : splitList(args.tags);
  return [{
    guests: [Number(args.vmid)],
    after: (guest) => ({
      ...guest,
      ...(named ? { name: name || String(guest.vmid) } : {}),
      ...(tagged ? { tags } : {}),
    }),
  }];
}
