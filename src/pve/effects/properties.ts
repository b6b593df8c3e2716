/**
 * Property strings, compared key by key: what a rewrite changes or drops.
 *
 * @module
 */
import { lookup } from "../../base/lookup.ts";
import {
  formatTable,
  guestOperation,
  type Operation,
  operationFact,
  type ParamFact,
  paramFact,
} from "../api.ts";
import type { GuestType } from "./guest_operations.ts";

/** Values by key. */
export type Properties = Readonly<Record<string, string>>;

function switchWord(text: string): string {
  if (/^(?:on|yes|true)$/i.test(text)) return "1";
  return /^(?:off|no|false)$/i.test(text) ? "0" : text;
}

/** What PVE says about the properties of a property string. */
export type PropertyFacts = Readonly<Record<string, ParamFact>>;

/** The properties that the property string of this parameter can have; undefined when it is none. */
export function propertyFacts(operation: Operation, name: string): PropertyFacts | undefined {
  return formatTable(paramFact(operationFact(operation), name)?.format ?? "");
}

/**
 * The properties of a key of a guest's configuration: `virtio=BC:…,bridge=vmbr0` of `net0` is
 * `{ model, macaddr, bridge }`.
 */
export function propertiesOf(type: GuestType, key: string, text: string): Properties {
  const change = guestOperation("PUT /nodes/{node}/{type}/{vmid}/config", type);
  return propertiesIn(propertyFacts(change, key) ?? {}, text);
}

/**
 * The properties in a property string. Takes everything, other than what checks arguments: what a
 * newer PVE has written is there as well, and a value that PVE will refuse takes nothing.
 */
export function propertiesIn(table: PropertyFacts, text: string): Properties {
  const first = Object.keys(table).find((name) => table[name]?.default_key) ?? "";
  const values: Record<string, string> = {};
  for (const part of text.split(",")) {
    const [, name = first, value = part] = /^([^=]+)=(.*)$/.exec(part) ?? [];
    const { alias = name, keyAlias } = lookup(table, name) ?? {};
    values[alias] = lookup(table, alias)?.type === "boolean" ? switchWord(value) : value;
    if (keyAlias !== undefined) values[keyAlias] = name;
  }
  return values;
}
