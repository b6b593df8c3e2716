/**
 * Converts hosts between text and base URLs: an IPv6 address stands in brackets in a URL and before
 * a port, and bare elsewhere.
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

/** The port of a base URL, which does not name the usual one of HTTPS. */
export function portOf(base: URL): number {
  return Number(base.port || 443);
}

/** The path of a base URL, as of a reverse proxy, that stands in front of all paths below it. */
export function prefixOf(base: URL): string {
  return base.pathname.replace(/(?<!\/)\/+$/, "");
}

/** The address of a path, with what follows it, below a base URL. */
export function below(base: URL, path: string): URL {
  return new URL(base.origin + prefixOf(base) + path);
}
