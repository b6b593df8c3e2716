/**
 * What callers mean by a name or a value that Proxmox VE does not have, and by which name they know
 * one that it has.
 *
 * @module
 */
import { lookup } from "../base/lookup.ts";
import { didYouMean } from "../base/text/nearest.ts";
import { type Meaning, PARAMETERS } from "./compatibility_table.ts";
import type { Action } from "./define.ts";

/** What a name means, or a value of it, by the table. */
export function meaningOf(action: Action, name: string, value?: string): Meaning | undefined {
  return lookup(action.meanings, value === undefined ? name : `${name}=${value}`);
}

/** What is to be done in place of giving this value. */
export function refusalOf(action: Action, name: string, value: unknown): string | undefined {
  const meaning = typeof value === "string" ? meaningOf(action, name, value) : undefined;
  return meaning && "refused" in meaning ? meaning.refused : undefined;
}

/** PVE's name of what an action accepts under another name. */
export function aliasOf(action: Action, name: string): string | undefined {
  const meaning = meaningOf(action, name);
  return meaning && "as" in meaning ? meaning.as : undefined;
}

/** Names under which an action accepts parameters of PVE. */
export function aliasNames(action: Action): string[] {
  return Object.keys(action.meanings ?? {}).filter((name) => aliasOf(action, name) !== undefined);
}

/** Names that an action accepts and does nothing with. */
export function unusedNames(action: Action): string[] {
  return Object.entries(action.meanings ?? {})
    .filter(([, meaning]) => "unused" in meaning).map(([name]) => name);
}

/** The caller's name of a parameter of PVE. */
export function callerName(action: Action, pveName: string): string {
  const named = Object.entries(action.meanings ?? {}).find(([, meaning]) =>
    "as" in meaning && meaning.as === pveName && !meaning.unlisted
  );
  return named?.[0] ?? pveName;
}

/** Spelling aside: `vm_id` is vmid, `with_local_disks` is with-local-disks. */
function normalizeName(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, "");
}

/** The accepted name that differs in case, hyphens or underscores alone, or undefined. */
export function otherSpelling(name: string, known: readonly string[]): string | undefined {
  const same = known.filter((each) => normalizeName(each) === normalizeName(name));
  const hyphens = name.toLowerCase().replaceAll("_", "-");
  return same.length === 1 ? same[0] : same.find((each) => each.toLowerCase() === hyphens);
}

/** ` Did you mean "…"?` for an accepted name, or nothing. */
export function suggestName(name: string, known: readonly string[]): string {
  const meant = lookup(PARAMETERS, normalizeName(name))?.find((each) => known.includes(each));
  return meant === undefined ? didYouMean(name, known) : ` Did you mean "${meant}"?`;
}
