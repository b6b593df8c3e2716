/**
 * Single tags added and taken away: Proxmox VE only takes all of a guest's tags at once.
 *
 * @module
 */
import type { Args } from "../../pve/encode.ts";
import { nameOf } from "../../pve/guests.ts";
import { splitList } from "../../pve/split_list.ts";
import { guestOf, type ReadContext } from "../../tool/context.ts";
import type { ExtraParam } from "../../tool/define.ts";
import { configOf } from "./_volumes.ts";

const TAGS: ExtraParam = { type: "string", format: "pve-tag-list", unlisted: true };

/** Tags to add to those that a guest has, and to take from them. */
export const TAG_PARAMS = { add_tags: TAGS, remove_tags: TAGS } as const;

/** Proxmox VE takes them in lower case, unless the datacenter's tag style tells cases apart. */
function isAlike(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** The arguments with all tags that the guest is to have, where single ones are given. */
export async function withTags(input: Args, context: ReadContext): Promise<Args> {
  const { add_tags, remove_tags, ...args } = input;
  const [added, removed] = [splitList(add_tags), splitList(remove_tags)];
  if (added.length === 0 && removed.length === 0) return args;
  const guest = guestOf(context);
  const config = await configOf(context, guest);
  const before = splitList(args.tags ?? config.tags);
  const absent = removed.filter((tag) => !before.some((each) => isAlike(each, tag)));
  if (absent.length > 0) context.notes.push(`${nameOf(guest)} has no tag ${absent.join(", ")}`);
  const left = before.filter((tag) => !removed.some((each) => isAlike(each, tag)));
  const tags = [...left, ...added.filter((tag) => !left.some((each) => isAlike(each, tag)))];
  if (args.tags === undefined && tags.join() === before.join()) return args;
  const digest = args.digest ?? config.digest;
  return tags.length > 0
    ? { ...args, tags: tags.join(";"), digest }
    : { ...args, tags: undefined, delete: [...splitList(args.delete), "tags"].join(","), digest };
}
