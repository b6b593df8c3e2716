/**
 * Hosts as texts: an IPv6 address stands in brackets in a URL and before a port, and bare elsewhere.
 *
 * @module
 */

/** The host of a URL without the brackets of an IPv6 address. */
export function bareHost(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, "");
}

/** `host:port`, an IPv6 address in brackets; the host is bare. */
export function hostAndPort(
  { host, port }: { readonly host: string; readonly port: number },
): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
