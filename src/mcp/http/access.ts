/**
 * Decides which HTTP requests are let in: those for a host name that is served, from no foreign web
 * page, whose sender can be somebody.
 *
 * @module
 */
import { isLoopbackName } from "../../config/values.ts";
import { type Callers, type Claim, CLUSTER_HEADER, type Refusal } from "./caller.ts";
import type { ProtectedResource } from "./protected_resource.ts";

/** Names of this machine for itself. */
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];
/** Addresses that stand for all of a machine's. */
const ALL_ADDRESSES = ["0.0.0.0", "[::]"];

/** Where the server listens. */
export interface Address {
  /** As in a URL: IPv6 addresses in brackets. */
  readonly hostname: string;
  readonly port: number;
}

/** True for an address that only this machine reaches. */
export function isLoopback({ hostname }: Address): boolean {
  return isLoopbackName(hostname);
}

/**
 * The host names of a server's URLs: the address it listens on, this machine's names for itself
 * where that is one of them, and those of the settings.
 */
export function servedHosts(
  address: Address,
  settings: readonly { readonly hostname: string }[] = [],
): string[] {
  const { hostname } = address;
  const ownNames = isLoopback(address) || ALL_ADDRESSES.includes(hostname) ? LOOPBACK : [];
  return [...new Set([hostname, ...ownNames, ...settings.map((host) => host.hostname)])];
}

/** Decides on requests. */
export class Access {
  readonly #hosts: ReadonlySet<string>;

  /**
   * @param hosts Host names that are served, without ports.
   * @param resource Where clients get tokens, if that is for them to find out.
   */
  constructor(
    hosts: readonly string[],
    private readonly callers: Callers,
    private readonly resource?: ProtectedResource,
  ) {
    this.#hosts = new Set(hosts);
  }

  /** What everybody may read who asks for a host that is served; undefined for all else. */
  metadata(request: Request): Response | undefined {
    return this.#refusalOf(request) ? undefined : this.resource?.metadata(request);
  }

  /** Headers that tell who is refused what to send. */
  challenge(request: Request, refusal: Refusal): Record<string, string> {
    if (refusal.status !== 401 && refusal.error === undefined) return {};
    return { "WWW-Authenticate": this.resource?.challenge(request, refusal) ?? "Bearer" };
  }

  /** Who a request says that it is from, or why it is refused. */
  async claimOf(request: Request): Promise<Claim | Refusal> {
    return this.#refusalOf(request) ??
      await this.callers.claimOf(
        request.headers.get("authorization"),
        request.headers.get(CLUSTER_HEADER),
      );
  }

  #refusalOf(request: Request): Refusal | undefined {
    const url = new URL(request.url);
    if (!this.#hosts.has(url.hostname)) {
      return {
        status: 403,
        reason: `"${url.hostname}" is not served here; PROXMOX_HTTP_HOSTS names further hosts`,
      };
    }
    const origin = request.headers.get("origin");
    if (origin !== null && !this.#isOwn(origin, url)) {
      return { status: 403, reason: `the page is of another origin, ${JSON.stringify(origin)}` };
    }
    return undefined;
  }

  /** A page of this server itself, or of a name it is served under. */
  #isOwn(origin: string, url: URL): boolean {
    const page = URL.parse(origin);
    if (!page) return false;
    const isServedName = this.#hosts.has(page.hostname) && !LOOPBACK.includes(page.hostname);
    return page.host === url.host || isServedName;
  }
}
