/**
 * Maps from names of one cluster to those of another: storages and bridges of a migration. Source:
 * PVE::JSONSchema::parse_idmap.
 *
 * @module
 */
import { splitList } from "../../pve/split_list.ts";
import type { Call } from "../core/call.ts";
import { named } from "../core/params.ts";
import { type ApiError, invalid } from "../core/refusal.ts";

/** Where a name of this cluster goes: pairs, and one for all others. */
export interface NameMap {
  readonly entries: ReadonlyMap<string, string>;
  readonly fallback?: string;
  readonly identity: boolean;
}

/** The map that a parameter holds. */
export function parseMap(call: Call, param: string, what: string): NameMap {
  const refuse = (reason: string): ApiError =>
    invalid({ [param]: `failed to parse ${what} map: ${reason}` });
  const entries = new Map<string, string>();
  const others: string[] = [];
  const words = splitList(named(call, param));
  for (const word of words.filter((each) => each !== "1")) {
    const [source = "", target] = word.split(":");
    if (target === undefined) others.push(word);
    else if (entries.has(source)) throw refuse(`duplicate mapping for source '${source}'`);
    else entries.set(source, target);
  }
  if (others.length > 1) throw refuse("default target ID can only be provided once");
  const identity = words.includes("1");
  if (identity && words.length > 1) {
    throw refuse("identity mapping cannot be combined with other mappings");
  }
  const [fallback] = others;
  return { entries, identity, ...(fallback === undefined ? {} : { fallback }) };
}

/** What a name is on the other side. */
export function mapped({ entries, fallback }: NameMap, name: string): string {
  return entries.get(name) ?? fallback ?? name;
}
