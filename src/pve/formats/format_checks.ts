/**
 * Checks of PVE's named formats that take more than a pattern; each answers PVE's words for what is
 * wrong, or whether it fits.
 *
 * @module
 */
import { isIpv6 } from "../ip.ts";
import { splitList } from "../split_list.ts";

/** PVE's message for a value that does not fit, or undefined. */
export type FormatRule = (value: string) => string | undefined;

/** A part of a DNS name, as a pattern. */
export const DNS_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
export const DNS_NAME = new RegExp(`^(?:${DNS_LABEL}\\.)*${DNS_LABEL}$`);
/** PVE looks at the characters of a host alone. */
const HOST_AND_PORT = /^[\p{Alphabetic}\p{Nd}.\-]+(?::\d+)?$/u;
/** What a storage can hold. */
export const CONTENT_TYPES: ReadonlySet<string> = new Set(
  ["backup", "images", "import", "iso", "none", "rootdir", "snippets", "vztmpl"],
);
const NETMASK =
  /^(?:0|128|192|224|240|248|252|254|255)(?:\.(?:0|128|192|224|240|248|252|254|255)){3}$/;

/** True for four numbers that make one run of bits. */
export function isNetmask(value: string): boolean {
  if (!NETMASK.test(value)) return false;
  const bits = value.split(".").map((part) => Number(part).toString(2).padStart(8, "0")).join("");
  return /^1*0*$/.test(bits);
}

/** True for a time zone that this machine knows. */
export function isTimeZone(value: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: value });
    return value !== "";
  } catch {
    return false;
  }
}

/** True for a host or address, with or without a port. */
export function isHostAndPort(value: string): boolean {
  if (isIpv6(value)) return true;
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(value)?.[1];
  return bracketed === undefined ? HOST_AND_PORT.test(value) : isIpv6(bracketed);
}

/** True for a content type with the folder that holds it, where the path has no `..`. */
export function isDirOverride(value: string): boolean {
  const match = /^([a-z]+)=(?=[^])[^.]*(?:\.[^.]+)*$/.exec(value);
  return match !== null && CONTENT_TYPES.has(match[1] ?? "");
}

/** True for a power of 2 in the range of ZFS, 512 bytes to 16 MiB. */
export function isBlockSize(value: string): boolean {
  const match = /^(\d+)([km]?)$/i.exec(value);
  if (!match) return value === "";
  const factor = { "": 1, k: 1024, m: 1024 ** 2 }[(match[2] ?? "").toLowerCase()] ?? 1;
  const exponent = Math.log2(Number(match[1]) * factor);
  return Number.isInteger(exponent) && exponent >= 9 && exponent <= 24;
}

/** A pair of ids, one id alone, or `1` for all. */
export function checkIdPair(isId: FormatRule): FormatRule {
  return (entry) => {
    if (entry === "0" || entry === "1") return undefined;
    const halves = /^([^:]+):([^:]+)$/.exec(entry);
    const wrong = halves ? isId(halves[1] ?? "") ?? isId(halves[2] ?? "") : isId(entry);
    return wrong && `entry '${entry}' contains invalid ID - ${wrong}\n`;
  };
}

/** A VLAN, or a range of them. */
export function checkVlans(value: string): string | undefined {
  const match = /^(\d+)(?:-(\d+))?$/.exec(value);
  if (!match) return `invalid VLAN configuration '${value}'`;
  const tags = [match[1], match[2]].filter((tag) => tag !== undefined).map(Number);
  const wrong = tags.find((tag) => tag < 2 || tag > 4094);
  if (wrong !== undefined) return `invalid VLAN tag '${wrong}'`;
  const [low = 0, high] = tags;
  return high !== undefined && low >= high
    ? `VLAN range must go from lower to higher tag '${value}'`
    : undefined;
}

/** A user with its realm. */
export function checkUserId(value: string): string | undefined {
  if (value.length < 3) return `user name '${value}' is too short`;
  if (value.length > 64) return `user name '${value}' is too long (${value.length} > 64)`;
  return /^[^\s:/]+@[A-Za-z][A-Za-z0-9.\-_]+$/.test(value)
    ? undefined
    : `value '${value}' does not look like a valid user name`;
}

/** `100-0`: a guest and the number of its job. */
export function checkReplicationId(value: string): string | undefined {
  const match = /^(\d+)-\d+$/.exec(value);
  if (!match) return `invalid replication job id '${value}'`;
  return Number(match[1]) < 100
    ? `invalid replication job id '${value}' (guest IDs < 100 are reseved)`
    : undefined;
}

/** A list of features, or a switch for all. */
export function checkHotplug(value: string): string | undefined {
  if (value === "0" || value === "1") return undefined;
  const wrong = splitList(value).find((feature) =>
    !/^(?:network|disk|cpu|memory|usb|cloudinit)$/.test(feature)
  );
  return wrong === undefined ? undefined : `invalid hotplug feature '${wrong}'`;
}
