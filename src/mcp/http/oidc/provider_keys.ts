/**
 * The keys of an identity provider: fetched when first needed and when a token names an unknown one,
 * bounded in bytes, time and how often.
 *
 * @module
 */
import type { Clock } from "../../../base/async/clock.ts";
import { KIB } from "../../../base/byte_units.ts";
import { log } from "../../../base/process/log.ts";
import { errorMessage } from "../../../base/text/error_message.ts";
import { below } from "../../../base/text/host.ts";
import type { JSONWebKeySet, JWTVerifyGetKey } from "./jose.ts";

const { createLocalJWKSet, errors } = await import("./jose.ts");

/** Milliseconds for which keys are taken for those of the provider: what it withdraws is gone then. */
export const MAX_AGE_MS = 10 * 60_000;
/** Milliseconds between looks, whatever tokens name: unknown keys cost their senders nothing. */
export const COOLDOWN_MS = 30_000;
/** Milliseconds after which a provider that did not answer is asked again. */
const RETRY_MS = 5_000;
/** Milliseconds that it has to answer. */
const ANSWER_MS = 5_000;
const MAX_BYTES = 256 * KIB;

/** Where the keys are. */
export interface Provider {
  readonly issuer: string;
  /** In place of what the provider's own description says. */
  readonly jwksUri?: string;
  /** PEM of the CA of its certificate, where that is not a public one. */
  readonly caCert?: string;
}

/** The keys cannot be had now, which says nothing of a token. */
export class ProviderError extends Error {
  override readonly name = "ProviderError";
}

/** The bytes of an answer, as far as they are not too many. */
async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new TypeError(`it has more than ${MAX_BYTES / KIB} KiB`);
    chunks.push(chunk);
  }
  return await new Blob(chunks).text();
}

/** Why something failed: of a connection its cause says that, and the error nothing. */
function reasonOf(error: unknown): string {
  if (!(error instanceof TypeError) || !(error.cause instanceof Error)) return errorMessage(error);
  return error.cause.message.replace(/^error sending request for url \([^)]*\): /, "");
}

/** A document of the provider; nothing but its address is sent, and it leads to no other one. */
async function fetchJson(url: URL, { caCert }: Provider): Promise<Record<string, unknown>> {
  using client = caCert === undefined ? undefined : Deno.createHttpClient({ caCerts: [caCert] });
  try {
    const response = await fetch(url, {
      headers: { Accept: "application/json" },
      redirect: "manual",
      signal: AbortSignal.timeout(ANSWER_MS),
      ...(client ? { client } : {}),
    });
    const text = await boundedText(response);
    if (response.status !== 200) throw new TypeError(`it answered ${response.status}`);
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
    throw new TypeError("it is no JSON object");
  } catch (error) {
    const reason = error instanceof Deno.errors.NotCapable
      ? `Deno may not connect to it; add ${url.host} to --allow-net`
      : reasonOf(error);
    throw new ProviderError(`Cannot read ${url}: ${reason}`);
  }
}

/** Where the provider's own description says that its keys are. */
async function discovered(provider: Provider): Promise<URL> {
  const { issuer } = provider;
  const base = new URL(issuer);
  const url = below(base, "/.well-known/openid-configuration");
  const { issuer: named, jwks_uri: address } = await fetchJson(url, provider);
  if (named !== issuer) {
    throw new ProviderError(
      `${url} is of another issuer, ${
        JSON.stringify(named)
      }: PROXMOX_HTTP_OIDC_ISSUER must be that to the letter`,
    );
  }
  const keys = typeof address === "string" ? URL.parse(address) : null;
  // The one host that the settings name, and no plain text where they say https.
  if (keys?.host === base.host && keys.protocol === base.protocol) return keys;
  throw new ProviderError(
    `${url} has its keys elsewhere: set PROXMOX_HTTP_OIDC_JWKS_URI to ${
      keys ? keys.href : "where they are"
    }`,
  );
}

/** Fetches the keys. */
export async function fetchKeys(provider: Provider): Promise<JSONWebKeySet> {
  const { jwksUri } = provider;
  const url = jwksUri === undefined ? await discovered(provider) : new URL(jwksUri);
  const keys = await fetchJson(url, provider);
  try {
    createLocalJWKSet(keys as unknown as JSONWebKeySet);
  } catch (error) {
    throw new ProviderError(`${url} holds no keys: ${errorMessage(error)}`);
  }
  return keys as unknown as JSONWebKeySet;
}

/** The keys of one provider. */
export class ProviderKeys {
  #keys: JWTVerifyGetKey | undefined;
  #fetchedAt = -Infinity;
  #notBefore = -Infinity;
  #failure: ProviderError | undefined;
  #fetching: Promise<JWTVerifyGetKey> | undefined;

  constructor(private readonly provider: Provider, private readonly clock: Clock) {}

  /**
   * The key that a token's header names.
   *
   * @throws {ProviderError} When the keys cannot be had.
   */
  readonly keyOf: JWTVerifyGetKey = async (header, token) => {
    const isFresh = this.clock.monotonic() - this.#fetchedAt < MAX_AGE_MS;
    const keys = isFresh && this.#keys ? this.#keys : await this.#fetch();
    try {
      return await keys(header, token);
    } catch (error) {
      const isUnknown = error instanceof errors.JWKSNoMatchingKey;
      if (!isUnknown || (keys === this.#keys && !this.#mayFetch)) throw error;
      const newer = keys === this.#keys ? await this.#fetch() : this.#keys;
      return await (newer ?? keys)(header, token);
    }
  };

  get #mayFetch(): boolean {
    return this.#fetching !== undefined || this.clock.monotonic() >= this.#notBefore;
  }

  /** Fetches them once for all who wait. */
  #fetch(): Promise<JWTVerifyGetKey> {
    if (!this.#mayFetch && this.#failure) return Promise.reject(this.#failure);
    return this.#fetching ??= this.#fetchNow().finally(() => this.#fetching = undefined);
  }

  async #fetchNow(): Promise<JWTVerifyGetKey> {
    try {
      this.#keys = createLocalJWKSet(await fetchKeys(this.provider));
      this.#failure = undefined;
      this.#fetchedAt = this.clock.monotonic();
      this.#notBefore = this.#fetchedAt + COOLDOWN_MS;
      return this.#keys;
    } catch (error) {
      this.#failure = error instanceof ProviderError
        ? error
        : new ProviderError(errorMessage(error));
      this.#notBefore = this.clock.monotonic() + RETRY_MS;
      log("http").warn(this.#failure.message);
      throw this.#failure;
    }
  }
}
