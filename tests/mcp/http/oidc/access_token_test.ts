/** Access tokens of an identity provider, through real HTTP: which are taken, and which are none. */
import { SignJWT, UnsecuredJWT } from "jose";
import { COOLDOWN_MS, MAX_AGE_MS } from "../../../../src/mcp/http/oidc/provider_keys.ts";
import { assert, assertEquals, assertMatch } from "../../../assert.ts";
import { loggedBy, statusOf } from "../people.ts";
import { INITIALIZE, post } from "../served.ts";
import { AUDIENCE, newKey, type TokenOptions } from "./identity_provider.ts";
import { serve, type ServedByProvider } from "./served.ts";

async function statusWith({ url }: ServedByProvider, token: string): Promise<number> {
  return await statusOf(post(url, INITIALIZE, { Authorization: `Bearer ${token}` }));
}

Deno.test("tokens of every kind of key and of every provider's form are taken", async () => {
  await using served = await serve();
  const { provider, clock } = served;
  const now = clock.now() / 1000;
  const forms: TokenOptions[] = [
    {},
    { header: { typ: "at+jwt" } },
    { header: { typ: "application/at+JWT" }, claims: { scope: undefined, nonce: "x" } },
    { header: { typ: undefined } },
    { claims: { aud: ["account", AUDIENCE] } },
    { claims: { typ: "Bearer", azp: "client" } },
    { claims: { scope: undefined, scp: "mcp", nonce: "x" } },
    { claims: { iat: now + 25, nbf: now + 25 } },
    { claims: { exp: now - 25, iat: undefined } },
  ];
  for (const form of forms) {
    assertEquals(await statusWith(served, await provider.tokenOf("alice", form)), 200);
  }
  for (const alg of ["RS256", "PS384", "ES384", "EdDSA"]) {
    provider.keys = [await newKey(alg, `key-${alg}`)];
    clock.advance(COOLDOWN_MS);
    assertEquals(await statusWith(served, await provider.tokenOf("alice")), 200, alg);
  }
});

Deno.test("what is no access token for this server, now, gets a challenge and nothing else", async () => {
  await using served = await serve();
  const { provider, clock, url } = served;
  const now = clock.now() / 1000;
  const stranger = await newKey("ES256", "first");
  const [{ jwk }] = provider.keys as [typeof stranger];
  const good = await provider.tokenOf("alice");
  const [header = "", payload = "", signature = ""] = good.split(".");
  const claims = { iss: provider.issuer, aud: AUDIENCE, sub: "x", preferred_username: "alice" };
  const signedWith = (secret: string): Promise<string> =>
    new SignJWT(claims).setProtectedHeader({ alg: "HS256", kid: "first" }).setExpirationTime(
      now + 60,
    )
      .sign(new TextEncoder().encode(secret));
  const wrong: [string, TokenOptions | string][] = [
    ["audience", { claims: { aud: "https://elsewhere.example.com" } }],
    ["audience that begins alike", { claims: { aud: `${AUDIENCE}/more` } }],
    ["no audience", { claims: { aud: undefined } }],
    ["issuer", { claims: { iss: "https://evil.example.com" } }],
    ["issuer with a slash", { claims: { iss: `${provider.issuer}/` } }],
    ["no issuer", { claims: { iss: undefined } }],
    ["expired", { claims: { exp: now - 31 } }],
    ["no end", { claims: { exp: undefined } }],
    ["not yet valid", { claims: { nbf: now + 31 } }],
    ["of a time to come", { claims: { iat: now + 31 } }],
    ["an end that is text", { claims: { exp: String(now + 60) } }],
    ["key of a stranger", { key: stranger }],
    ["unknown key", { header: { kid: "unknown" } }],
    ["key in the token", { key: stranger, header: { kid: "first", jwk: stranger.jwk } }],
    ["address of keys", { key: stranger, header: { kid: "x", jku: `${provider.issuer}/keys` } }],
    ["ID token by its mark", { claims: { typ: "ID" } }],
    ["ID token by its claims", { claims: { scope: undefined, at_hash: "x" } }],
    ["ID token by its nonce", { claims: { scope: undefined, nonce: "x" } }],
    ["refresh token", { claims: { typ: "Refresh" } }],
    ["logout token", { header: { typ: "logout+jwt" } }],
    ["bound to a key", { claims: { cnf: { jkt: "x" } } }],
    ["demands what is not known", { header: { crit: ["must"], must: 1 } }],
    ["HMAC by the public key", await signedWith(JSON.stringify(jwk))],
    ["HMAC by a part of it", await signedWith(jwk.x ?? "")],
    ["no signature", new UnsecuredJWT(claims).setExpirationTime(now + 60).encode()],
    ["signature left out", `${header}.${payload}.`],
    [
      "another payload",
      `${header}.${btoa(JSON.stringify(claims)).replaceAll("=", "")}.${signature}`,
    ],
    ["two parts", `${header}.${payload}`],
    ["five parts", `${good}.a.b`],
    ["garbage", "x"],
    ["dots", ".."],
    ["huge", { claims: { more: "A".repeat(20_000) } }],
  ];
  for (const [name, each] of wrong) {
    const token = typeof each === "string" ? each : await provider.tokenOf("alice", each);
    const Authorization = `Bearer ${token}`;
    const response = await post(url, INITIALIZE, { Authorization });
    assertEquals([response.status, await response.text()], [401, ""], name);
    assertEquals(
      response.headers.get("www-authenticate"),
      'Bearer error="invalid_token", scope="openid profile", ' +
        `resource_metadata="${url.origin}/.well-known/oauth-protected-resource/mcp"`,
      name,
    );
  }
  for (const Authorization of ["", "Bearer", `Basic ${good}`, good]) {
    const response = await post(url, INITIALIZE, { Authorization });
    assertEquals([response.status, await response.text()], [401, ""]);
    assert(!response.headers.get("www-authenticate")?.includes("error"));
  }
  assertEquals(served.simulator.requests.length, 0, "Proxmox VE hears of none of them");
  assertEquals([served.sessions.size, served.callers.known.size], [0, 0]);
  assertEquals(await statusWith(served, good), 200);
});

Deno.test("a new key is found by itself, and one that is withdrawn is taken no longer", async () => {
  await using served = await serve();
  const { provider, clock } = served;
  const old = provider.keys[0]!;
  assertEquals(await statusWith(served, await provider.tokenOf("alice")), 200);
  provider.keys = [await newKey("ES256", "second"), old];
  clock.advance(COOLDOWN_MS);
  assertEquals(await statusWith(served, await provider.tokenOf("alice")), 200);
  assertEquals(await statusWith(served, await provider.tokenOf("alice", { key: old })), 200);
  assertEquals(provider.fetches, 2);
  provider.keys = [provider.keys[0]!];
  assertEquals(await statusWith(served, await provider.tokenOf("alice", { key: old })), 200);
  clock.advance(MAX_AGE_MS);
  assertEquals(await statusWith(served, await provider.tokenOf("alice", { key: old })), 401);
  assertEquals(await statusWith(served, await provider.tokenOf("alice")), 200);
  assertEquals(provider.fetches, 3);
});

Deno.test("a flood of unknown keys makes one request to the provider, and hinders nobody", async () => {
  await using served = await serve();
  const { provider, clock } = served;
  const good = await provider.tokenOf("alice");
  assertEquals(await statusWith(served, good), 200);
  clock.advance(COOLDOWN_MS);
  const guesses = await Promise.all(
    Array.from(
      { length: 50 },
      (_, index) => provider.tokenOf("alice", { header: { kid: `guess-${index}` } }),
    ),
  );
  const statuses = await Promise.all(guesses.map((token) => statusWith(served, token)));
  for (const token of guesses.slice(0, 10)) statuses.push(await statusWith(served, token));
  assertEquals(new Set(statuses), new Set([401]));
  assertEquals(provider.fetches, 2);
  assertEquals(await statusWith(served, good), 200);
});

Deno.test("while the provider cannot be read nobody new gets in, and it is not asked at each try", async () => {
  await using served = await serve();
  const { provider, clock, url } = served;
  const good = await provider.tokenOf("alice");
  const answers: [string, () => Response][] = [
    ["it answered 500", () => new Response("no", { status: 500 })],
    ["it answered 302", () => new Response(null, { status: 302, headers: { Location: url.href } })],
    ["Unexpected token|is not valid JSON", () => new Response("<html>")],
    ["more than 256 KiB", () => new Response("[" + " ".repeat(300_000))],
    ["of another issuer", () => Response.json({ issuer: "https://other.example.com" })],
    [
      "PROXMOX_HTTP_OIDC_JWKS_URI to https://keys.example.com/",
      () => Response.json({ issuer: provider.issuer, jwks_uri: "https://keys.example.com/" }),
    ],
    [
      "PROXMOX_HTTP_OIDC_JWKS_URI to where they are",
      () => Response.json({ issuer: provider.issuer }),
    ],
  ];
  for (const [reason, answer] of answers) {
    provider.instead = answer;
    const asked = provider.asked.length;
    const logged = await loggedBy(async () => {
      for (let count = 0; count < 3; count++) {
        const response = await post(url, INITIALIZE, { Authorization: `Bearer ${good}` });
        assertEquals([response.status, response.headers.get("retry-after")], [503, "5"]);
        assertMatch(await response.text(), /Nobody can tell now who you are/);
      }
    });
    assertMatch(logged, new RegExp(reason));
    assertEquals(provider.asked.length, asked + 1);
    clock.advance(COOLDOWN_MS);
  }
  provider.instead = undefined;
  clock.advance(60_000);
  assertEquals(await statusWith(served, await provider.tokenOf("alice")), 200);
});
