/**
 * Tells clients where to get access tokens for this server: its metadata (RFC 9728), and the
 * challenges that lead there, as MCP's authorization has it.
 *
 * @module
 */
import type { Refusal } from "./caller.ts";

const WELL_KNOWN = "/.well-known/oauth-protected-resource";

/** What clients are told. */
export interface ResourceParts {
  /** Path of the endpoint on this server. */
  readonly path: string;
  /** URL of the endpoint where clients know another one than what they ask for, as behind a proxy. */
  readonly url?: string;
  readonly issuer: string;
  /** What to ask the provider for. */
  readonly scopes: readonly string[];
}

/** The endpoint as a resource that access tokens are for. */
export class ProtectedResource {
  constructor(private readonly parts: ResourceParts) {}

  /** The endpoint as who sent a request knows it. */
  #url(request: Request): URL {
    const { url, path } = this.parts;
    return url === undefined ? new URL(path, request.url) : new URL(url);
  }

  /** Its metadata, where a request is for them. */
  metadata(request: Request): Response | undefined {
    const { path, issuer, scopes } = this.parts;
    const url = this.#url(request);
    const paths = ["", path, url.pathname].map((each) => WELL_KNOWN + each);
    const { pathname } = new URL(request.url);
    if (request.method !== "GET" || !paths.includes(pathname)) return undefined;
    return Response.json({
      resource: url.href,
      authorization_servers: [issuer],
      ...(scopes.length === 0 ? {} : { scopes_supported: scopes }),
      bearer_methods_supported: ["header"],
      resource_name: "Proxmox VE",
    });
  }

  /** What `WWW-Authenticate` says to who is refused. */
  challenge(request: Request, { error }: Refusal): string {
    const { scopes } = this.parts;
    const { origin, pathname } = this.#url(request);
    const parts = {
      ...(error === undefined ? {} : { error }),
      ...(scopes.length === 0 ? {} : { scope: scopes.join(" ") }),
      resource_metadata: origin + WELL_KNOWN + pathname,
    };
    const text = Object.entries(parts).map(([name, value]) => `${name}="${value}"`);
    return `Bearer ${text.join(", ")}`;
  }
}
