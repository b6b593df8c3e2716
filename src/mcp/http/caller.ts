/**
 * Who calls over HTTP: everybody alike by one bearer token, or each with rights of their own
 * (token_callers.ts, oidc/oidc_callers.ts).
 *
 * @module
 */
import type { ToolCatalog } from "../tool_catalog.ts";

// Not a static import: in a bundle that would load Node's part at every start.
const { createHash, timingSafeEqual } = await import("node:crypto");

/** The header by which a caller says which of several clusters their token is of. */
export const CLUSTER_HEADER = "X-Proxmox-Cluster";

/** Why a request is refused; its sender gets the `status`, and of 401 and 403 no body. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 503;
  /** What the client is told of an access token (RFC 6750). */
  readonly error?: "invalid_token" | "insufficient_scope";
  /** For the log alone. */
  readonly reason: string;
}

/** Somebody who is let in, with all that was learned for them and nobody else. */
export interface Caller {
  readonly catalog: ToolCatalog;
  /** `user@realm!name`, where each caller has a token of their own. */
  readonly name?: string;
  /** What part of the sessions and of the open requests that there may be is theirs at the most. */
  readonly share: number;
  /** Why they are let in no longer, if so: asks Proxmox VE only when it has refused their token. */
  refusal(): Promise<Refusal | undefined>;
  /** They are needed until {@linkcode release}; with the last one all that they are is forgotten. */
  hold(): void;
  release(): void;
}

/** What a request says of who sends it. Nothing of it is true before {@linkcode admit}. */
export interface Claim {
  /** The caller, where somebody was let in by the same claim before. */
  readonly caller: Caller | undefined;
  /** Lets the sender in for a new session, and holds them. */
  admit(): Promise<Caller | Refusal>;
  /** Lets the sender in for one request, and holds them: who just was let in is not asked about. */
  admitOnce(): Promise<Caller | Refusal>;
}

/** Tells who sends a request. */
export interface Callers {
  /** What the headers of a request claim, or why that can be nobody's. */
  claimOf(authorization: string | null, cluster: string | null): Promise<Claim | Refusal>;
}

/** The refusal of who sent nothing that says who they are; `expected` is what they must send. */
export function unnamed(expected: string): Refusal {
  return { status: 401, reason: `expected ${expected}` };
}

/** SHA-256 of a secret: what it is compared and kept by. */
export function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}

/** The credentials of a header; empty where it has none of this scheme. */
export function bearerIn(authorization: string | null): string {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? "")?.[1] ?? "";
}

const EXPECTED =
  "the bearer token that PROXMOX_HTTP_TOKEN or its file had when this server started";

/** Everybody who has the bearer token, or everybody, as one caller with the server's rights. */
export class SharedCaller implements Callers, Caller, Claim {
  readonly share = 1;
  readonly caller = this;
  readonly #token: Uint8Array | undefined;

  /** @param token The bearer token; undefined lets everybody in who reaches the server. */
  constructor(readonly catalog: ToolCatalog, token: string | undefined) {
    this.#token = token === undefined ? undefined : digest(token);
  }

  /** Compares digests, in a time that does not depend on where they differ. */
  claimOf(authorization: string | null): Promise<Claim | Refusal> {
    const isTheirs = !this.#token ||
      timingSafeEqual(digest(bearerIn(authorization)), this.#token);
    return Promise.resolve(isTheirs ? this : unnamed(EXPECTED));
  }

  admit(): Promise<Caller> {
    return Promise.resolve(this);
  }

  admitOnce(): Promise<Caller> {
    return this.admit();
  }

  refusal(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  /** The server itself needs it, as long as it runs. */
  hold(): void {}
  release(): void {}
}
