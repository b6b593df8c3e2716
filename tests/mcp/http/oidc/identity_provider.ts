/**
 * A small identity provider on a real port of this machine: its description, its keys, and access
 * tokens for whoever a test wants.
 *
 * @module
 */
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import { defined } from "../../../../src/base/defined.ts";
import type { Clock } from "../../../../src/base/async/clock.ts";

/** What tokens are for unless a test says otherwise. */
export const AUDIENCE = "https://mcp.example.com/mcp";

/** How a token differs from one that is right; undefined leaves a claim out. */
export interface TokenOptions {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly key?: SigningKey;
}

/** A key of the provider. */
export interface SigningKey {
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

/** A key that no provider has. */
export async function newKey(alg: string, kid: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { alg, privateKey, jwk: { ...await exportJWK(publicKey), alg, kid, use: "sig" } };
}

/** An identity provider that is running. */
export class IdentityProvider implements AsyncDisposable {
  /** What it was asked, in that order. */
  readonly asked: string[] = [];
  /** Answers in place of it. */
  instead: (() => Response) | undefined;
  readonly #logins = new Map<string, { readonly person: string; readonly challenge: string }>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  private constructor(private readonly clock: Clock, public keys: SigningKey[]) {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      async (request) =>
        await this.#exchange(request) ?? this.#answer(new URL(request.url).pathname),
    );
  }

  /** Starts one with a key. */
  static async start(clock: Clock): Promise<IdentityProvider> {
    return new IdentityProvider(clock, [await newKey("ES256", "first")]);
  }

  get issuer(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/realms/home`;
  }

  #answer(path: string): Response {
    this.asked.push(path);
    if (this.instead) return this.instead();
    if (path === "/realms/home/.well-known/openid-configuration") {
      return Response.json({
        issuer: this.issuer,
        jwks_uri: `${this.issuer}/keys`,
        authorization_endpoint: `${this.issuer}/authorize`,
        token_endpoint: `${this.issuer}/token`,
        response_types_supported: ["code"],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: ["ES256"],
        code_challenge_methods_supported: ["S256"],
      });
    }
    if (path === "/realms/home/keys") {
      return Response.json({ keys: this.keys.map(({ jwk }) => jwk) });
    }
    return new Response(null, { status: 404 });
  }

  /** Logs somebody in where a client has sent them: the code that the client comes back with. */
  logIn(person: string, { searchParams }: URL): string {
    const code = crypto.randomUUID();
    this.#logins.set(code, { person, challenge: searchParams.get("code_challenge") ?? "" });
    return code;
  }

  /** An access token for a code and the client's own half of its challenge. */
  async #exchange(request: Request): Promise<Response | undefined> {
    if (new URL(request.url).pathname !== "/realms/home/token") return undefined;
    const form = new URLSearchParams(await request.text());
    const login = this.#logins.get(form.get("code") ?? "");
    const verifier = new TextEncoder().encode(form.get("code_verifier") ?? "");
    const challenge = new Uint8Array(await crypto.subtle.digest("SHA-256", verifier))
      .toBase64({ alphabet: "base64url", omitPadding: true });
    if (login?.challenge !== challenge) {
      return Response.json({ error: "invalid_grant" }, { status: 400 });
    }
    const access_token = await this.tokenOf(login.person);
    return Response.json({ access_token, token_type: "Bearer", expires_in: 300 });
  }

  /** How often its keys were fetched. */
  get fetches(): number {
    return this.asked.filter((path) => path.endsWith("/keys")).length;
  }

  /** An access token of somebody, good for five minutes. */
  async tokenOf(person: string, { claims, header, key }: TokenOptions = {}): Promise<string> {
    const signing = key ?? this.keys[0]!;
    const now = Math.floor(this.clock.now() / 1000);
    const payload = {
      iss: this.issuer,
      sub: `id-of-${person}`,
      preferred_username: person,
      aud: AUDIENCE,
      iat: now,
      exp: now + 300,
      scope: "openid profile",
      ...claims,
    };
    return await new SignJWT(defined(payload))
      .setProtectedHeader({ alg: signing.alg, kid: signing.jwk.kid!, typ: "JWT", ...header })
      .sign(signing.privateKey, { crit: { must: true } });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}
