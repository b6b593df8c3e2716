/**
 * Reads the guest, node or type of guests that a call names.
 *
 * @module
 */
import { lookup } from "../base/lookup.ts";
import { GUEST_TYPES } from "../tool/compatibility_table.ts";
import { quoted } from "./input_limits.ts";

/** Characters of a name. */
const MAX_NAME_CHARACTERS = 255;

/** What a caller names, or what is wrong with it; neither for an empty name. */
export interface NamedTarget {
  readonly text?: string;
  readonly problem?: string;
}

/** The value of `vmid`, `node` or `type`, the last in PVE's word. */
export function readTarget(name: string, value: unknown): NamedTarget {
  const text = typeof value === "number" ? String(value) : value;
  if (text === "") return {};
  if (typeof text !== "string" || text.length > MAX_NAME_CHARACTERS) {
    const what = name === "vmid" ? "a number or name" : "a name";
    const expected = `expected ${what} of ${MAX_NAME_CHARACTERS} characters at most`;
    return { problem: `${expected}, got ${quoted(value)}` };
  }
  if (name !== "type") return { text };
  const type = lookup(GUEST_TYPES, text.toLowerCase());
  return type ? { text: type } : { problem: `expected vm or lxc, got ${quoted(text)}` };
}
