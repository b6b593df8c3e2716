/**
 * Splitting property strings: `virtio=BC:24:11:00:00:01,bridge=vmbr0`, keys and values in one text, as PVE
 * keeps disks, network cards and many options. Source: PVE::JSONSchema.
 *
 * @module
 */
import { emptyTable, lookup } from "../../base/lookup.ts";
import type { ParamFact } from "../api.ts";

type Table = Readonly<Record<string, ParamFact>>;

const INVALID = "in comma-separated list property";

/** `1` or `0` for the words that PVE takes for true and false, other text as it is. */
function parseBoolean(text: string): string {
  if (/^(?:1|on|yes|true)$/i.test(text)) return "1";
  return /^(?:0|off|no|false)$/i.test(text) ? "0" : text;
}

/**
 * Splits a property string by its table, without checking keys and values.
 *
 * @throws {TypeError} With PVE's words for a repeated or missing key.
 */
export function parseProperties(table: Table, text: string): Record<string, string> {
  const values: Record<string, string> = emptyTable();
  const defaultKey = Object.keys(table).find((key) => table[key]?.default_key);
  for (const part of text.split(",")) {
    if (/^\s*$/.test(part)) continue;
    const match = /^([^=]+)=(.+)$/.exec(part);
    if (match) {
      setProperty(table, values, match[1] ?? "", match[2] ?? "");
    } else if (part.includes("=")) {
      throw new TypeError(`missing key ${INVALID}`);
    } else if (defaultKey === undefined) {
      throw new TypeError("value without key, but schema does not define a default key");
    } else if (values[defaultKey] !== undefined) {
      throw new TypeError(`duplicate key ${INVALID}: ${defaultKey}`);
    } else {
      values[defaultKey] = valueOf(table[defaultKey], part);
    }
  }
  return values;
}

function valueOf(fact: ParamFact | undefined, text: string): string {
  return fact?.type === "boolean" ? parseBoolean(text) : text;
}

function setProperty(
  table: Table,
  values: Record<string, string>,
  name: string,
  value: string,
): void {
  if (values[name] !== undefined) throw new TypeError(`duplicate key ${INVALID}: ${name}`);
  let key = name;
  const alias = lookup(table, name);
  if (alias?.alias !== undefined) {
    if (alias.keyAlias !== undefined) {
      if (values[alias.keyAlias] !== undefined) {
        throw new TypeError(`key alias '${alias.keyAlias}' is already defined`);
      }
      values[alias.keyAlias] = name;
    }
    key = alias.alias;
  }
  values[key] = valueOf(lookup(table, key), value);
}
