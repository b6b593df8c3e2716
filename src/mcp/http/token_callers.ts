/**
 * Callers over HTTP who each bring an API token of their own.
 *
 * @module
 */
import { type Callers, type Claim, digest, type Refusal, unnamed } from "./caller.ts";
import { type CallerParts, KnownCallers } from "./own_rights.ts";
import { tokenOf } from "./token_header.ts";

const EXPECTED = "an API token as Bearer USER@REALM!NAME=SECRET, or base64 of that";

/** Tells callers apart by their tokens. */
export class TokenCallers implements Callers {
  readonly known: KnownCallers;

  constructor(parts: CallerParts) {
    this.known = new KnownCallers(parts);
  }

  claimOf(authorization: string | null): Promise<Claim | Refusal> {
    const token = tokenOf(authorization);
    if (!token) return Promise.resolve(unnamed(EXPECTED));
    // By a digest of the token, so that no time tells how near a guess is.
    const key = digest(`${token.id}=${token.secret}`).toHex();
    const rights = { token, grants: [], readOnly: false, elevated: true };
    return Promise.resolve(
      this.known.claimOf(key, { name: token.id, rights, origin: "sent" }),
    );
  }
}
