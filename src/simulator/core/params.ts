/**
 * Reads parameters of a call, and turns them into what PVE keeps in its files.
 *
 * @module
 */
import { splitList } from "../../pve/split_list.ts";
import type { Call, ParamValue } from "./call.ts";
import type { Entry } from "./tables.ts";

/** A parameter as text, or undefined when it was not given. */
export function text(call: Call, name: string): string | undefined {
  const value = call.path[name] ?? call.params[name];
  return value === undefined ? undefined : String(stored(value));
}

/** A placeholder of the path or a required parameter. */
export function named(call: Call, name: string): string {
  return text(call, name) ?? "";
}

/** A parameter as number, or undefined when it was not given. */
export function number(call: Call, name: string): number | undefined {
  const value = text(call, name);
  return value === undefined ? undefined : Number(value);
}

/** A boolean parameter, or undefined when it was not given. */
export function flag(call: Call, name: string): boolean | undefined {
  const value = call.params[name];
  return value === undefined ? undefined : value === true || value === 1 || value === "1";
}

/** A list parameter, split as PVE does: at commas, semicolons and white space. */
export function list(call: Call, name: string): string[] {
  const value = call.params[name];
  return typeof value === "object" ? [...value] : splitList(text(call, name));
}

/** A value as PVE's files hold it: booleans are 1 and 0. */
export function stored(value: ParamValue): unknown {
  return typeof value === "boolean" ? Number(value) : value;
}

/** A copy of an entry with what a call sets, and without what its `delete` names. */
export function changed(before: Entry, call: Call, omit: readonly string[] = []): Entry {
  const entry = { ...before };
  for (const name of list(call, "delete")) delete entry[name];
  return { ...entry, ...fields(call, ["delete", "digest", ...omit]) };
}

/** All given parameters as an entry, without those in `omit`. */
export function fields(call: Call, omit: readonly string[] = []): Entry {
  const entry: Entry = {};
  for (const [name, value] of Object.entries(call.params)) {
    if (!omit.includes(name)) entry[name] = stored(value);
  }
  return entry;
}
