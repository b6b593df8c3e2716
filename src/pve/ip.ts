/**
 * IP addresses and networks as PVE accepts them.
 *
 * @module
 */

/** True for a dotted IPv4 address without leading signs or spaces. */
export function isIpv4(text: string): boolean {
  return /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?=.)|$)){4}$/.test(text);
}

/** True for an IPv6 address, short forms and an embedded IPv4 address included. */
export function isIpv6(text: string): boolean {
  if (!/^[0-9a-fA-F:.]+$/.test(text) || !text.includes(":")) return false;
  const halves = text.split("::");
  if (halves.length > 2) return false;
  const groups = (half: string): string[] => half === "" ? [] : half.split(":");
  const all = halves.flatMap(groups);
  const last = all.at(-1) ?? "";
  const embedded = last.includes(".");
  if (embedded && !isIpv4(last)) return false;
  const plain = embedded ? all.slice(0, -1) : all;
  if (!plain.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  const count = plain.length + (embedded ? 2 : 0);
  return halves.length === 2 ? count < 8 : count === 8;
}

/** True for an address of either kind. */
export function isIp(text: string): boolean {
  return isIpv4(text) || isIpv6(text);
}

function isNetwork(text: string, isAddress: (text: string) => boolean, bits: number): boolean {
  const match = /^(.+)\/(\d+)$/.exec(text);
  if (!match || !isAddress(match[1] ?? "")) return false;
  const length = Number(match[2]);
  return length > 7 && length <= bits;
}

/** True for an IPv4 network with a prefix of 8 to 32 bits. */
export function isCidrV4(text: string): boolean {
  return isNetwork(text, isIpv4, 32);
}

/** True for an IPv6 network with a prefix of 8 to 128 bits. */
export function isCidrV6(text: string): boolean {
  return isNetwork(text, isIpv6, 128);
}

/** True for an address, with or without a prefix length; /0 is of the address 0 alone. */
export function isIpOrCidr(text: string): boolean {
  const slash = text.indexOf("/");
  if (slash < 0) return isIp(text);
  const address = text.slice(0, slash);
  const prefix = text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(prefix)) return false;
  if (Number(prefix) === 0 && !/^[0.:]+$/.test(address)) return false;
  return isIpv4(address) ? Number(prefix) <= 32 : isIpv6(address) && Number(prefix) <= 128;
}
