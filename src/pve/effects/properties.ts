/**
 * Property strings, compared key by key: what a rewrite changes or drops.
 *
 * @module
 */
import { lookup } from "../../base/lookup.ts";
import { formatTable, guestOperation, operationFact, paramFact } from "../api.ts";
import type { GuestType } from "./guest_operations.ts";

/** Values by key. */
export type Properties = Readonly<Record<string, string>>;

function switchWord(text: string): string {
  if (/^(?:on|yes|true)$/i.test(text)) return "1";
  return /^(?:off|no|false)$/i.test(text) ? "0" : text;
}

/**
 * The properties of a key of a guest's configuration: `virtio=BC:…,bridge=vmbr0` of `net0` is
 * `{ model, macaddr, bridge }`. Takes everything, other than what checks arguments: what a newer
 * PVE has written is there as well, and a value that PVE will refuse takes nothing.
 */
export function propertiesOf(type: GuestType, key: string, text: string): Properties {
  const fact = operationFact(guestOperation("PUT /nodes/{node}/{type}/{vmid}/config", type));
  const table = formatTable(paramFact(fact, key)?.format ?? "") ?? {};
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
