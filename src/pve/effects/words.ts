/**
 * Texts of losses, for a person who decides.
 *
 * @module
 */
import type { Args } from "../encode.ts";
import { listText, partText } from "./lists.ts";

/** Said of what a judgement could not look at, and so takes for lost. */
export const UNREAD = "which could not be read";

/** A value as PVE writes it, lists with commas; undefined when nothing is set. */
export function valueText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) return valueText(value.map((each) => valueText(each)).join(","));
  if (typeof value === "boolean") return value ? "1" : "0";
  if (typeof value === "object") return JSON.stringify(value);
  return String(value) === "" ? undefined : String(value);
}

/** A template with the arguments in place of `{name}`. */
export function filled(template: string, args: Args): string {
  return template.replace(/\{([\w-]+)\}/g, (_, name: string) => valueText(args[name]) ?? "?");
}

/** A template without its `{name}`: what documents call it. */
export function unfilled(template: string): string {
  return template.replace(/(?<!\s)\s*(?:of )?!?\{[\w-]+\}/g, "");
}

/** `type=vlan, tag=100`: what is set of these properties. */
export function propertyText(
  row: Readonly<Record<string, unknown>>,
  names: readonly string[],
): string {
  return names.flatMap((name) => {
    const value = valueText(row[name]);
    return value === undefined ? [] : [`${name}=${value}`];
  }).join(", ");
}

/** `2 of 5 groups: ops, admins`; of a list that goes whole, `groups: ops, admins`. */
export function goneText(gone: readonly string[], all: number, noun: string): string {
  return gone.length < all ? partText(gone, all, noun) : `${noun}: ${listText(gone)}`;
}
