/**
 * What changes of a guest's configuration take from its disks, mount points and CD drives, and
 * whose volumes they take into it.
 *
 * @module
 */
import type { Args } from "../encode.ts";
import { type Drive, driveOf, driveText, isCloudInit, isDriveKey } from "./drives.ts";
import type { CurrentState, Loss } from "./effect.ts";
import {
  type Change,
  changesOf,
  type CurrentConfig,
  type CurrentValues,
  readConfig,
} from "./guest_changes.ts";
import type { GuestType } from "./guest_operations.ts";
import { listText } from "./lists.ts";
import type { Properties } from "./properties.ts";
import { knownVolume, ownerByName, useText } from "./volumes.ts";

/** Options of a disk by which something is lost though the volume stays, and what. */
const OPTIONS: readonly {
  readonly name: string;
  /** The value of a disk that does not have it; of mount points where it differs. */
  readonly default: string;
  readonly ofMountPoint?: string;
  readonly lost: (before: string, after: string) => string | undefined;
}[] = [
  {
    name: "backup",
    default: "1",
    ofMountPoint: "0",
    lost: (_, after) => after === "0" ? "no longer in backups" : undefined,
  },
  {
    name: "replicate",
    default: "1",
    lost: (_, after) => after === "0" ? "no longer replicated" : undefined,
  },
  { name: "ro", default: "0", lost: (_, after) => after === "1" ? "read-only" : undefined },
  {
    name: "snapshot",
    default: "0",
    lost: (_, after) => after === "1" ? "what is written to it goes when the VM stops" : undefined,
  },
  {
    name: "media",
    default: "disk",
    lost: (_, after) => after === "cdrom" ? "no longer a disk" : undefined,
  },
  { name: "mp", default: "", lost: (before) => `no longer at ${before}` },
];

/** What becomes of a drive whose volume stays where it is. */
function optionsLost(key: string, before: Properties, after: Properties): string[] {
  return OPTIONS.flatMap((option) => {
    const usual = key.startsWith("mp") ? option.ofMountPoint ?? option.default : option.default;
    const [old, next] = [before[option.name] ?? usual, after[option.name] ?? usual];
    const lost = old === next ? undefined : option.lost(old, next);
    return lost === undefined ? [] : [lost];
  });
}

/** What becomes of a volume that its drive no longer holds. */
function fate({ key, volume = "", properties }: Drive, vmid: number, change: Change): string {
  const replaced = change.after !== undefined;
  if (key.startsWith("unused")) return replaced ? "nothing names it any more" : "deleted";
  if (isCloudInit(volume)) return "deleted";
  if (properties.media === "cdrom") return "ejected";
  if (change.force) return "deleted";
  const verb = replaced ? "replaced" : "detached";
  // PVE keeps only what it takes for the guest's own.
  const isOwn = !volume.startsWith("/") && (ownerByName(volume) ?? vmid) === vmid;
  return `${verb}, ${isOwn ? "kept as an unused disk" : "no longer named by the guest"}`;
}

/** What one drive loses by a change. */
function lossOf(drive: Drive, vmid: number, change: Change, after: Drive | undefined): string[] {
  if (drive.volume === undefined) return [];
  if (drive.volume !== after?.volume) {
    return [`${driveText(drive)}: ${fate(drive, vmid, change)}`];
  }
  const lost = optionsLost(drive.key, drive.properties, after.properties);
  return lost.length > 0 ? [`${driveText(drive)}: ${lost.join(", ")}`] : [];
}

/** The volumes that a key holds, now and after the next start. */
function drivesIn(type: GuestType, key: string, { current, pending }: CurrentValues): Drive[] {
  const texts = [current, pending].filter((text) => text !== undefined);
  const drives = texts.map((text) => driveOf(type, key, text));
  return drives.filter(({ volume }, index) =>
    drives.findIndex((other) => other.volume === volume) === index
  );
}

/** What the drives of a guest lose, in words. */
export function drivesLost(type: GuestType, args: Args, config: CurrentConfig): string[] {
  return changesOf(args, isDriveKey).flatMap((change) => {
    const { key, after } = change;
    if (!config) return [`what ${key} holds, which could not be read`];
    const next = after === undefined ? undefined : driveOf(type, key, after);
    const drives = drivesIn(type, key, config.get(key) ?? {});
    return drives.flatMap((drive) => lossOf(drive, Number(args.vmid), change, next));
  });
}

/** True for a volume that is there already and is written to; `tank:32` is made. */
function isWritten(volume: string): boolean {
  const made = /^[^:/]+:(?:\d+(?:\.\d+)?|cloudinit)$/.test(volume);
  const read = /^[^:/]+:(?:iso|vztmpl|snippets|import|backup)\//.test(volume);
  return /^[^:/]+:/.test(volume) && !made && !read;
}

/** What others lose by a volume of theirs that the guest of a number gets as well. */
async function lossByTaking(
  volume: string,
  { node, vmid }: Args,
  state: CurrentState,
): Promise<Loss[]> {
  const { guests, uses, unread } = await knownVolume(volume, String(node), state);
  const others = guests.filter((owner) => owner !== Number(vmid));
  if (others.length === 0) return [];
  const text = useText({
    uses: uses.filter(({ guest }) => others.includes(guest.vmid)),
    unread: unread.filter((guest) => others.includes(guest.vmid)),
  });
  const whose = text === "" ? `of ${listText(others.map(String))}` : text;
  return [{ what: `${volume}, ${whose}: two guests would write to it`, guests: others }];
}

/** What other guests lose whose volumes a guest gets that does not have them yet. */
export async function volumesTaken(
  type: GuestType,
  args: Args,
  state: CurrentState,
): Promise<Loss[]> {
  const named = changesOf(args, isDriveKey)
    .map(({ key, after }) => driveOf(type, key, after ?? "").volume ?? "").filter(isWritten);
  if (named.length === 0) return [];
  const own = [...await readConfig(type, args, state) ?? []].flatMap(([key, values]) =>
    isDriveKey(key) ? drivesIn(type, key, values).map(({ volume }) => volume) : []
  );
  const taken = named.filter((volume) => !own.includes(volume));
  return (await Promise.all(taken.map((volume) => lossByTaking(volume, args, state)))).flat();
}
