/**
 * Checks access tokens of an identity provider: JWTs that it signed for this server, for now.
 *
 * @module
 */
import type { Clock } from "../../../base/async/clock.ts";
import { KIB } from "../../../base/byte_units.ts";
import type { Claims } from "../../../config/people.ts";
import type { Refusal } from "../caller.ts";
import type { JWTVerifyResult } from "./jose.ts";
import { type Provider, ProviderError, ProviderKeys } from "./provider_keys.ts";

const { errors, jwtVerify } = await import("./jose.ts");

/** With keys that others know, as those for HMAC, everybody could sign. */
const ALGORITHMS = [
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
  ...["ES256", "ES384", "ES512", "EdDSA", "Ed25519"],
];
/** By how much clocks may differ. */
const LEEWAY_SECONDS = 30;
const MAX_TOKEN_CHARACTERS = 16 * KIB;

/** Why a token is none. */
class NoAccessToken extends Error {}

/** What a token is checked by. */
export interface TokenCheck {
  readonly provider: Provider;
  /** Of these, it must name one. */
  readonly audience: readonly string[];
  readonly clock: Clock;
}

/**
 * Refuses what is signed by the same keys for something else. ID tokens say that somebody has
 * logged in, to the client alone; most providers mark them by `typ`, or by what only they have.
 */
function checkKind({ protectedHeader, payload }: JWTVerifyResult): void {
  const type = protectedHeader.typ?.toLowerCase().replace(/^application\//, "") ?? "jwt";
  const { typ: kind = "Bearer", scope, scp } = payload;
  if ((type !== "at+jwt" && type !== "jwt") || kind !== "Bearer") {
    throw new NoAccessToken("it is marked as something else than an access token");
  }
  const isPlain = type === "jwt" && scope === undefined && scp === undefined;
  if (isPlain && ["at_hash", "c_hash", "nonce"].some((claim) => claim in payload)) {
    throw new NoAccessToken("it is an ID token");
  }
  if (payload.cnf !== undefined) {
    throw new NoAccessToken("it is bound to a key of its client, which is not asked for here");
  }
}

/** Checks tokens of one provider for one server. */
export class AccessTokens {
  readonly #keys: ProviderKeys;

  constructor(private readonly check: TokenCheck) {
    this.#keys = new ProviderKeys(check.provider, check.clock);
  }

  /** The claims of a token, or why it is refused; no part of it is in that. */
  async claimsOf(token: string): Promise<{ readonly claims: Claims } | Refusal> {
    try {
      return { claims: await this.#verified(token) };
    } catch (error) {
      if (error instanceof ProviderError) return { status: 503, reason: error.message };
      const isKnown = error instanceof errors.JOSEError || error instanceof NoAccessToken;
      const why = isKnown ? error.message : "it cannot be read";
      return { status: 401, error: "invalid_token", reason: `the access token is none: ${why}` };
    }
  }

  async #verified(token: string): Promise<Claims> {
    if (token.length > MAX_TOKEN_CHARACTERS) throw new NoAccessToken("it is too long");
    const { provider: { issuer }, audience, clock } = this.check;
    const now = clock.now();
    const result = await jwtVerify(token, this.#keys.keyOf, {
      issuer,
      audience: [...audience],
      algorithms: ALGORITHMS,
      clockTolerance: LEEWAY_SECONDS,
      currentDate: new Date(now),
      requiredClaims: ["exp"],
    });
    checkKind(result);
    const { payload } = result;
    if (payload.iat !== undefined && !(payload.iat <= now / 1000 + LEEWAY_SECONDS)) {
      throw new NoAccessToken("it is of a time to come");
    }
    return payload;
  }
}
