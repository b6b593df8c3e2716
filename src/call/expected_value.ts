/**
 * What a parameter expects, in words: Proxmox VE says that a value is wrong, not what is right.
 *
 * @module
 */
import { rangesOf } from "../base/text/ranges.ts";
import type { ParamFact } from "../pve/api.ts";
import { didYouMean } from "../base/text/nearest.ts";
import { quoted } from "./input_limits.ts";

/** What a format looks like, where neither its name nor PVE's message tells. */
const FORMATS: Readonly<Record<string, string>> = {
  "CIDR": "such as 192.0.2.0/24",
  "dns-name": "letters, digits and hyphens, parts separated by dots",
  "mac-addr": "such as BC:24:11:00:00:01",
  "pve-calendar-event": "such as 03:30, sat 22:00 or */6:00",
  "pve-configid": "2 or more letters, digits, _ or -, a letter first",
  "pve-ha-resource-id-list": "names or numbers of guests, or vm:100,ct:101",
  "pve-ha-resource-or-vm-id": "name or number of a guest, or vm:100 or ct:100",
  "pve-ct-timezone": "a name such as Europe/Berlin or UTC, or host",
  "pve-qm-smbios1": "uuid=UUID, texts in base64 beside base64=1, such as base64=1,serial=QUJDMTIz",
  "pve-storage-content-list":
    "some of images, rootdir, iso, vztmpl, backup, snippets, import, or none",
  "pve-storage-content": "images, rootdir, iso, vztmpl, backup, snippets or import",
  "pve-qm-boot": "such as order=scsi0;net0",
  "pve-storage-id": "2 or more letters, digits, - _ or ., a letter first",
  "pve-userid": "a name with its realm, such as bob@pve",
  "pve-vm-cpu-conf": "a type such as host or x86-64-v2-AES; cores is their number",
  "pve-vmid": "a number from 100",
  "pve-vmid-list": "names or numbers of guests",
};

/** What a value of the wrong kind should have been; `what` says the kind. */
export function wrongTypeError(what: string): { error: (issue: { input?: unknown }) => string } {
  return { error: ({ input }) => `expected ${what}, got ${quoted(input)}` };
}

/** The words for a value that nobody may see. */
export function redactValue(message: string): string {
  return message.replace(/[,;] got .*$/s, "");
}

/**
 * PVE's message for a value, with what would be right.
 *
 * @param message What `checkValue` says of it.
 */
export function explainProblem(fact: ParamFact, value: unknown, message: string): string {
  if (fact.enum && message.includes("enumeration")) {
    const known = fact.enum.map(String);
    const guess = didYouMean(String(value), known);
    return `expected ${rangesOf(known).join(", ")}; got ${quoted(value)}${
      guess === "" ? "" : `.${guess}`
    }`;
  }
  const indexed = /^([a-z]+)\\d\+$/.exec(fact.pattern ?? "")?.[1];
  if (indexed !== undefined) return `expected ${indexed}0, ${indexed}1…; got ${quoted(value)}`;
  if (fact.pattern?.startsWith("^/dev/")) {
    return `expected a device such as /dev/sda, got ${quoted(value)}`;
  }
  if (fact.pattern !== undefined && message.includes("regex pattern")) {
    return `${message} ${fact.pattern}`;
  }
  const expected = fact.format === undefined ? undefined : FORMATS[fact.format];
  return expected !== undefined && message.startsWith("invalid format")
    ? `${message}; expected ${expected}`
    : message;
}
