/**
 * What a request changes in a guest's configuration, key by key, beside what is there now.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import type { Args } from "../encode.ts";
import { splitList } from "../split_list.ts";
import { type CurrentState, isOn } from "./effect.ts";
import { type GuestType, readOf } from "./guest_operations.ts";
import { readRows } from "./read.ts";
import { valueText } from "./words.ts";

/** One key of a configuration that a request sets or deletes. */
export interface Change {
  readonly key: string;
  /** Undefined when the key is deleted. */
  readonly after: string | undefined;
  /** A deleted volume goes at once, with its data. */
  readonly force: boolean;
}

/** Values of a key: what the guest has, and what waits for its next start. */
export interface CurrentValues {
  readonly current?: string;
  readonly pending?: string;
}

/** A configuration by key; undefined when it could not be read. */
export type CurrentConfig = ReadonlyMap<string, CurrentValues> | undefined;

/** PVE calls the CD drive of old configurations by what it is. */
function nameOf(key: string): string {
  return key === "cdrom" ? "ide2" : key;
}

/** The keys that a request deletes: with `delete`, by `unlink`, or with an empty value. */
export function deletedKeys(args: Args): string[] {
  const emptied = Object.keys(args).filter((key) => args[key] === "");
  return [...splitList(args.delete), ...splitList(args.idlist), ...emptied].map(nameOf);
}

/** The changes of keys that `isMeant` is true for. */
export function changesOf(args: Args, isMeant: (key: string) => boolean): Change[] {
  const force = isOn(args.force);
  const deleted = deletedKeys(args).map((key) => ({ key, after: undefined, force }));
  const set = Object.entries(args)
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([key, value]) => ({ key: nameOf(key), after: valueText(value) ?? "", force: false }));
  return [...deleted, ...set].filter(({ key }) => isMeant(key));
}

/** The configuration of the guest in the path, with what waits for its next start. */
export async function readConfig(
  type: GuestType,
  { node, vmid }: Args,
  state: CurrentState,
): Promise<CurrentConfig> {
  const operation = readOf("GET /nodes/{node}/{type}/{vmid}/pending", type);
  const rows = await readRows(state, operation, { node, vmid });
  if (!rows) return undefined;
  const entries = rows.map(({ key, value, pending }) => {
    const current = valueText(value);
    const next = valueText(pending);
    return [String(key), defined({ current, pending: next })] as const;
  });
  return new Map(entries);
}
