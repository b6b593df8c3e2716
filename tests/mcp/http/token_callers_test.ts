/** API tokens that people bring over HTTP: how each is checked, and how it is let go. */
import { redact } from "../../../src/base/process/log.ts";
import { MAX_UNKNOWN } from "../../../src/mcp/http/own_rights.ts";
import type { SimulatorToken } from "../../../src/simulator/simulator.ts";
import { assert, assertEquals, assertMatch } from "../../assert.ts";
import { callTool } from "../../harness.ts";
import { hooked } from "../../hooked_transport.ts";
import {
  bearer,
  begin,
  LIST,
  loggedBy,
  OTHER,
  revoke,
  serve,
  statusOf,
  withToken,
} from "./people.ts";
import { headers, INITIALIZE, post, rpc } from "./served.ts";

Deno.test("who has no token that Proxmox VE takes gets a status and nothing else", async () => {
  await using served = serve();
  const { full, limited } = served.simulator.tokens;
  const wrong = "00000000-1111-4222-8333-444444444444";
  const asked = [
    { id: full.id, secret: wrong },
    { id: full.id, secret: limited.secret },
    { id: limited.id, secret: full.secret },
    { id: "root@pam!other", secret: full.secret },
    { id: "nobody@pve!demo", secret: full.secret },
    { id: full.id.toUpperCase(), secret: full.secret },
    { id: `PVEAuthCookie=x;${full.id}`, secret: full.secret },
    { id: `x=${full.id}`, secret: full.secret },
  ].map(bearer);
  for (const Authorization of asked) {
    const response = await post(served.url, INITIALIZE, { Authorization });
    assertEquals([response.status, response.headers.get("www-authenticate")], [401, "Bearer"]);
    assertEquals(await response.text(), "");
  }
  assertEquals(
    served.simulator.requests.map(({ path }) => path),
    asked.map(() => "/api2/json/version"),
  );
  const garbage = [
    "",
    "Bearer",
    "Bearer x",
    `Basic ${full.secret}`,
    full.secret,
    "Bearer ====",
    `Bearer ${"A".repeat(5_000)}`,
  ];
  for (const Authorization of garbage) {
    const response = await post(served.url, INITIALIZE, { Authorization });
    assertEquals([response.status, await response.text()], [401, ""], Authorization);
  }
  assertEquals(served.simulator.requests.length, asked.length, "Proxmox VE hears of no garbage");
  assertEquals([served.sessions.size, served.callers.known.size], [0, 0]);
});

Deno.test("users who are disabled or expired get in by no token", async () => {
  await using served = serve();
  const users = served.simulator.cluster.table("access.users");
  for (const state of [{ enable: 0, expire: 0 }, { enable: 1, expire: 1 }]) {
    users.set("dora@pve", state);
    assertEquals(await statusOf(post(served.url, INITIALIZE, withToken(OTHER))), 401);
  }
  users.set("dora@pve", { enable: 1, expire: 0 });
  assertEquals(await statusOf(post(served.url, INITIALIZE, withToken(OTHER))), 200);
});

Deno.test("a token that is revoked ends all sessions of its person, and no other's", async () => {
  await using served = serve();
  const { url, simulator: { tokens: { limited } } } = served;
  const revoked = await begin(served, limited);
  const second = await begin(served, limited);
  const other = await begin(served, OTHER);
  const secret = `seen ${limited.secret}`;
  assertEquals(redact(secret), "seen [redacted]");
  revoke(served, limited);
  const ask = (session: object, token: SimulatorToken): Promise<Response> =>
    post(url, LIST, { ...withToken(token), ...session });
  const last = await ask(revoked, limited);
  assertEquals(last.status, 200);
  assertMatch(await last.text(), /no such token 'limited'/);
  const refused = await ask(second, limited);
  assertEquals([refused.status, await refused.text()], [401, ""]);
  assertEquals([served.sessions.size, served.callers.known.size], [1, 1]);
  assertEquals(redact(secret), secret, "nothing of the token is left");
  assertEquals(await statusOf(ask(revoked, limited)), 404);
  assertEquals(await statusOf(post(url, INITIALIZE, withToken(limited))), 401);
  assertEquals(await statusOf(ask(other, OTHER)), 200);
});

Deno.test("a 401 that passes ends no session: Proxmox VE is asked again, once", async () => {
  const checks: string[] = [];
  await using served = serve({
    transport: (simulator) =>
      hooked(simulator, {
        arrives: (line) => void (line === "GET /version" && checks.push(line)),
      }),
  });
  const { url, simulator: { tokens: { limited }, cluster } } = served;
  const session = await begin(served, limited);
  const tokens = cluster.table("access.tokens");
  const kept = tokens.get(limited.id)!;
  const ask = async (): Promise<string> =>
    await (await post(url, LIST, { ...withToken(limited), ...session })).text();
  revoke(served, limited);
  assertMatch(await ask(), /no such token/);
  tokens.set(limited.id, kept);
  assertMatch(await ask(), /"summary":"Guests: /);
  assertMatch(await ask(), /"summary":"Guests: /);
  assertEquals(checks.length, 2);
});

Deno.test("with a new secret the old one gets in no longer", async () => {
  await using served = serve();
  const { url } = served;
  const old = await begin(served, OTHER);
  const renewed = { id: OTHER.id, secret: "88888888-9999-4aaa-8bbb-cccccccccccc" };
  const tokens = served.simulator.cluster.table("access.tokens");
  tokens.set(OTHER.id, { ...tokens.get(OTHER.id), secret: renewed.secret });
  assertEquals(await statusOf(post(url, LIST, { ...withToken(renewed), ...old })), 404);
  assertEquals(await statusOf(post(url, INITIALIZE, withToken(OTHER))), 401);
  assertEquals(await statusOf(post(url, LIST, { ...withToken(OTHER), ...old })), 401);
  await begin(served, renewed);
  assertEquals([served.sessions.size, served.callers.known.size], [1, 1]);
});

Deno.test("nobody gets in while Proxmox VE does not answer, and those who are in stay", async () => {
  let silent = false;
  await using served = serve({
    transport: (simulator) => ({
      fetch: async (url, request) => {
        if (silent) return new Response("<html>busy</html>", { status: 502 });
        return await simulator.fetch(url, request);
      },
      close: () => simulator.close(),
    }),
  });
  const { full } = served.simulator.tokens;
  const session = await begin(served, full);
  silent = true;
  const refused = await post(served.url, INITIALIZE, withToken(OTHER));
  assertEquals([refused.status, refused.headers.get("retry-after")], [503, "5"]);
  assertMatch(await refused.text(), /Nobody can tell now who you are/);
  silent = false;
  assertEquals(
    await statusOf(post(served.url, rpc(1, "ping"), { ...withToken(full), ...session })),
    200,
  );
  assertEquals([served.sessions.size, served.callers.known.size], [1, 1]);
});

Deno.test("only so many unknown tokens are asked about at once, and known ones all the same", async () => {
  const held = Promise.withResolvers<void>();
  let holds = false;
  await using served = serve({
    transport: (simulator) =>
      hooked(simulator, { arrives: () => holds ? held.promise : undefined }),
  });
  const { url, simulator: { tokens: { full } } } = served;
  const session = await begin(served, full);
  holds = true;
  const guesses = Array.from({ length: MAX_UNKNOWN + 1 }, (_, index) => {
    const all = headers(withToken({ ...OTHER, id: `guess@pve!a${index}` }));
    const request = new Request(url, { method: "POST", headers: all, body: INITIALIZE });
    return statusOf(served.handler.handle(request, "test"));
  });
  assertEquals(
    await statusOf(post(url, rpc(1, "ping"), { ...withToken(full), ...session })),
    200,
  );
  held.resolve();
  holds = false;
  assertEquals(await Promise.all(guesses), [...Array(MAX_UNKNOWN).fill(401), 503]);
  assertEquals(await statusOf(post(url, INITIALIZE, withToken(OTHER))), 200);
});

Deno.test("no log, answer or error holds a token, whatever happens to it", async () => {
  await using served = serve();
  const { url, simulator: { tokens: { full, limited } } } = served;
  const base64 = new TextEncoder().encode(`${OTHER.id}=${OTHER.secret}`).toBase64();
  const said: string[] = [];
  const logged = await loggedBy(async () => {
    const client = await served.connect({ authorization: bearer(full) });
    said.push(JSON.stringify(await callTool(client, "proxmox_guest_list")));
    const { id, secret } = full;
    const echo = await callTool(client, "proxmox_guest_status", { vmid: `${id}=${secret}` });
    said.push(JSON.stringify(echo));
    const Authorization = `Bearer ${base64}`;
    said.push(await (await post(url, INITIALIZE, { Authorization })).text());
    const session = await begin(served, limited);
    revoke(served, limited);
    for (let count = 0; count < 2; count++) {
      said.push(await (await post(url, LIST, { ...withToken(limited), ...session })).text());
    }
    for (const each of [`Bearer ${limited.secret}`, `Basic ${base64}`, `Bearer x${base64}`]) {
      said.push(await (await post(url, INITIALIZE, { Authorization: each })).text());
    }
    said.push(await (await post(url, INITIALIZE, withToken(limited))).text());
  });
  assertMatch(logged, /Session [\w-]+ is of root@pam!demo/);
  assertMatch(logged, /Proxmox VE does not take the token viewer@pve!limited: no such token/);
  for (const secret of [full.secret, limited.secret, OTHER.secret, base64, "PVEAPIToken="]) {
    assert(!logged.includes(secret), logged);
    assert(!said.join().includes(secret), said.join("\n"));
  }
});
