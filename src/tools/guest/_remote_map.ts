/**
 * Which storages and bridges of another cluster take the place of those that a guest has here.
 *
 * @module
 */
import { splitList } from "../../pve/split_list.ts";

/** A map as callers write it: `a:b` pairs, one name for all others, `1` or nothing for the same. */
export interface NameMap {
  readonly pairs: ReadonlyMap<string, string>;
  readonly others: string | undefined;
}

/** Reads a map; what makes no sense is left to Proxmox VE. */
export function readMap(text: unknown): NameMap {
  const words = splitList(text).filter((word) => word !== "1");
  const pairs = words.filter((word) => word.includes(":")).map((word): [string, string] => {
    const [from = "", to = ""] = word.split(":");
    return [from, to];
  });
  return { pairs: new Map(pairs), others: words.find((word) => !word.includes(":")) };
}

/** What is there in place of a name here. */
export function mapped({ pairs, others }: NameMap, name: string): string {
  return pairs.get(name) ?? others ?? name;
}

/** The map with a pair for each of the names, as Proxmox VE takes it for storages. */
export function asPairs(map: NameMap, names: Iterable<string>): string {
  return [...names].map((name) => `${name}:${mapped(map, name)}`).join(",");
}
