/** People with API tokens of their own, over HTTP: what each may, and what none may of another. */
import { MAX_UNKNOWN } from "../../../src/mcp/http/token_callers.ts";
import { MAX_OPEN_REQUESTS_OF_ALL, MAX_SESSIONS } from "../../../src/mcp/http/sessions.ts";
import { redact, setUpLogging } from "../../../src/base/process/log.ts";
import type { SimulatorToken } from "../../../src/simulator/simulator.ts";
import { assert, assertEquals, assertMatch, assertRejects } from "../../assert.ts";
import { callTool, type HarnessOptions, rowsOf } from "../../harness.ts";
import { hooked } from "../../hooked_transport.ts";
import { assertDenied, assertDone, assertFailed } from "../../outcome.ts";
import { headers, INITIALIZE, post, rpc, type ServedPeople, servePeople } from "./served.ts";

/** A person of the pool `development`, as the limited token is of another. */
const OTHER: SimulatorToken = {
  id: "dora@pve!laptop",
  secret: "77777777-8888-4999-8aaa-bbbbbbbbbbbb",
};
const LIST = rpc(1, "tools/call", { name: "proxmox_guest_list", arguments: {} });

function bearer({ id, secret }: SimulatorToken): string {
  return `Bearer ${id}=${secret}`;
}

function withToken(token: SimulatorToken): Record<string, string> {
  return { Authorization: bearer(token) };
}

/** Serves three people: one who may do everything, one who may look, one who has no rights. */
function serve(options: HarnessOptions = {}): ServedPeople {
  const served = servePeople(options);
  const { cluster } = served.simulator;
  const [userid = "", tokenid = ""] = OTHER.id.split("!");
  cluster.table("access.users").set(userid, { enable: 1, expire: 0 });
  const { secret } = OTHER;
  cluster.table("access.tokens").set(OTHER.id, { userid, tokenid, secret, expire: 0, privsep: 0 });
  return served;
}

/** Begins a session by hand: its header. */
async function begin(
  { url }: ServedPeople,
  token: SimulatorToken,
): Promise<{ readonly "Mcp-Session-Id": string }> {
  const response = await post(url, INITIALIZE, withToken(token));
  await response.text();
  assertEquals(response.status, 200);
  return { "Mcp-Session-Id": response.headers.get("mcp-session-id") ?? "" };
}

/** The status of an answer whose body is of no interest. */
async function statusOf(response: Promise<Response>): Promise<number> {
  const { status, body } = await response;
  await body?.cancel();
  return status;
}

/** Takes a token away in Proxmox VE. */
function revoke({ simulator }: ServedPeople, { id }: SimulatorToken): void {
  simulator.cluster.table("access.tokens").delete(id);
}

/** What was logged, at any level, while `work` was done. */
async function loggedBy(work: () => Promise<void>): Promise<string> {
  const lines: string[] = [];
  setUpLogging("debug", "json", (line) => void lines.push(line));
  try {
    await work();
  } finally {
    setUpLogging("error");
  }
  return lines.join("\n");
}

Deno.test("each person sees and does what their own token may, and Proxmox VE's log says who", async () => {
  await using served = serve();
  const { full, limited } = served.simulator.tokens;
  const [admin, viewer, stranger] = await Promise.all(
    [full, limited, OTHER].map((token) => served.connect({ authorization: bearer(token) })),
  );
  const [all, some, none] = await Promise.all(
    [admin, viewer, stranger].map((client) => callTool(client!, "proxmox_guest_list")),
  );
  assert(rowsOf(all!).length > 0);
  assertEquals(rowsOf(some!).length, rowsOf(all!).length);
  assertEquals(rowsOf(none!), []);
  assertFailed(await callTool(viewer!, "proxmox_guest_stop", { vmid: "web01" }));
  assertFailed(await callTool(stranger!, "proxmox_guest_stop", { vmid: "web01" }));
  const done = await callTool(admin!, "proxmox_guest_stop", { vmid: "web01" });
  assertDone(done);
  assertMatch(JSON.stringify(done.structured), /UPID:[^"]*:root@pam!demo:/);
  const stops = served.simulator.requests.filter(({ path }) => path.endsWith("/status/stop"));
  const senders = stops.map(({ headers: { authorization }, status }) => [authorization, status]);
  assertEquals(senders.filter(([, status]) => status === 200), [
    [`PVEAPIToken=${full.id}=${full.secret}`, 200],
  ]);
});

Deno.test("all spellings of a token are one person, whose sessions share what was learned", async () => {
  await using served = serve();
  const { id, secret } = served.simulator.tokens.limited;
  const plain = `${id}=${secret}`;
  const base64 = new TextEncoder().encode(plain).toBase64();
  const spellings = [
    `Bearer ${plain}`,
    `PVEAPIToken=${plain}`,
    `Bearer PVEAPIToken=${plain}`,
    `Bearer ${base64}`,
    `Bearer ${id.replace("@", "%40")}=${secret}`,
  ];
  for (const authorization of spellings) {
    const client = await served.connect({ authorization });
    assertDone(await callTool(client, "proxmox_guest_list"), /^Guests: /);
  }
  assertEquals([served.callers.size, served.people.length], [1, 1]);
  const lists = served.simulator.requests.filter(({ path }) => path.endsWith("/cluster/resources"));
  assert(lists.every((each) => each.headers.authorization === `PVEAPIToken=${plain}`));
});

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
  assertEquals([served.sessions.size, served.callers.size], [0, 0]);
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

Deno.test("the session of another is none, whatever is sent to it", async () => {
  await using served = serve();
  const { url, simulator: { tokens: { full, limited } } } = served;
  const victim = await begin(served, full);
  const own = await begin(served, limited);
  const before = served.simulator.requests.length;
  const guess = { "Mcp-Session-Id": crypto.randomUUID() };
  const answers = [];
  for (const session of [victim, guess]) {
    for (const method of ["POST", "GET", "DELETE"]) {
      const response = await fetch(url, {
        method,
        headers: headers({ ...withToken(limited), ...session }),
        ...(method === "POST" ? { body: LIST } : {}),
      });
      if (response.ok) await response.body?.cancel(); // A stream, which would not end.
      answers.push([response.status, response.ok ? "let in" : await response.text()]);
    }
  }
  assertEquals(answers.map(([status]) => status), Array(6).fill(404));
  assertEquals(new Set(answers.map(([, text]) => text)).size, 1, "nothing tells it from a guess");
  const wrong = { id: full.id, secret: limited.secret };
  assertEquals(await statusOf(post(url, LIST, { ...withToken(wrong), ...victim })), 404);
  assertEquals(await statusOf(post(url, LIST, { ...victim, Authorization: "" })), 401);
  const both = `${victim["Mcp-Session-Id"]}, ${own["Mcp-Session-Id"]}`;
  const mixed = { ...withToken(limited), "Mcp-Session-Id": both };
  assertEquals(await statusOf(post(url, LIST, mixed)), 404);
  assertEquals(served.simulator.requests.length, before, "nothing was asked as anybody");
  assertEquals(await statusOf(post(url, rpc(1, "ping"), { ...withToken(full), ...victim })), 200);
});

Deno.test("a code to confirm a change is good for the person alone who was given it", async () => {
  await using served = serve({ settings: { CONFIRM: "plan" } });
  const { full } = served.simulator.tokens;
  const twin = { id: "root@pam!twin", secret: OTHER.secret };
  const tokens = served.simulator.cluster.table("access.tokens");
  tokens.set(twin.id, { ...tokens.get(full.id), tokenid: "twin", secret: twin.secret });
  const one = await served.connect({ authorization: bearer(full) });
  const other = await served.connect({ authorization: bearer(twin) });
  const stop = { vmid: "web01" };
  const told = await callTool(one, "proxmox_guest_stop", stop);
  const code = /confirm="?([\w.-]+)/.exec(told.text)?.[1] ?? told.text;
  assertDenied(await callTool(other, "proxmox_guest_stop", { ...stop, confirm: code }));
  assertDone(await callTool(one, "proxmox_guest_stop", { ...stop, confirm: code }));
});

Deno.test("guests, completions, resources and numbers that one person learned are no other's", async () => {
  await using served = serve();
  const { full } = served.simulator.tokens;
  const admin = await served.connect({ authorization: bearer(full) });
  const stranger = await served.connect({ authorization: bearer(OTHER) });
  const ref = { type: "ref/resource" as const, uri: "proxmox://guest/{guest}/config" };
  const argument = { name: "guest", value: "web" };
  const names = (await admin.complete({ ref, argument })).completion.values;
  assert(names.includes("web01"));
  const uri = "proxmox://guest/web01/config";
  assertMatch(JSON.stringify(await admin.readResource({ uri })), /web01/);
  assertEquals((await stranger.complete({ ref, argument })).completion.values, []);
  const error = await assertRejects(() => stranger.readResource({ uri }), Error);
  assertMatch(error.message, /There is no guest "web01"/);
  const [one, other] = served.people;
  const parts = ["config", "pve", "guests", "tasks", "guestLocks", "seals", "files"] as const;
  assertEquals(parts.filter((part) => one![part] === other![part]), []);
});

Deno.test("the server's own rights are for no caller", async () => {
  await using served = serve({
    settings: {
      TOKEN_NAME: "mcp",
      TOKEN_VALUE: "99999999-1111-4222-8333-444444444444",
      PASSWORD: "proxmox-demo",
      FILES_DIR: "/tmp",
      SSH_ENABLED: "true",
      SSH_KEY_PATH: "/dev/null",
      SSH_NODE: "pve1",
    },
  });
  const { full } = served.simulator.tokens;
  const client = await served.connect({ authorization: bearer(full) });
  assertFailed(
    await callTool(client, "proxmox_lxc_exec", { vmid: "dns01", command: "id" }),
    /Commands in containers are switched off/,
  );
  const [{ config, pve, files } = served.services] = served.people;
  assertEquals([pve.identity, pve.loginUser], [full.id, undefined]);
  await assertRejects(() => files.open("a.iso"), Error, "a.iso");
  const values = JSON.stringify(config);
  assert(!values.includes("99999999-1111") && !values.includes("proxmox-demo"), values);
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
  assertEquals([served.sessions.size, served.callers.size], [1, 1]);
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
  assertEquals([served.sessions.size, served.callers.size], [1, 1]);
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
  assertEquals([served.sessions.size, served.callers.size], [1, 1]);
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

Deno.test("one person's sessions and open requests leave room for others", async () => {
  await using served = serve();
  const { url, simulator: { tokens: { full } } } = served;
  const other = await begin(served, OTHER);
  const most = MAX_SESSIONS / 4;
  const own = [];
  for (let count = 0; count <= most; count++) {
    served.clock.advance(1);
    own.push(await begin(served, full));
  }
  assertEquals(served.sessions.size, most + 1);
  const ping = (session: object, token: SimulatorToken): Promise<number> =>
    statusOf(post(url, rpc(1, "ping"), { ...withToken(token), ...session }));
  assertEquals(await ping(own[0]!, full), 404, "the person's idlest made room");
  assertEquals(await ping(other, OTHER), 200);
  const batch = `[${Array.from({ length: 50 }, (_, id) => rpc(id, "ping")).join()}]`;
  const unread = [];
  const send = (session: object): Promise<Response> => {
    const all = headers({ ...withToken(full), ...session });
    return served.handler.handle(
      new Request(url, { method: "POST", headers: all, body: batch }),
      "",
    );
  };
  const fit = MAX_OPEN_REQUESTS_OF_ALL / 4 / 50;
  for (const session of own.slice(1, 1 + fit)) unread.push(await send(session));
  assertEquals(new Set(unread.map(({ status }) => status)), new Set([200]));
  assertEquals((await send(own[1 + fit]!)).status, 429);
  assertEquals(await ping(other, OTHER), 200);
  for (const response of unread) await response.body?.cancel();
});

Deno.test("one person's rate limit delays no other", async () => {
  await using served = serve({ settings: { RATE_LIMIT: "1" } });
  const { full, limited } = served.simulator.tokens;
  const busy = await served.connect({ authorization: bearer(full) });
  const other = await served.connect({ authorization: bearer(limited) });
  served.clock.advance(10_000);
  const [delayed, own] = await Promise.all([
    callTool(busy, "proxmox_guest_status", { vmid: "web01" }),
    callTool(other, "proxmox_node", { action: "list" }),
  ]);
  assertMatch(delayed.text, /PROXMOX_RATE_LIMIT/);
  assertDone(own);
  assert(!own.text.includes("PROXMOX_RATE_LIMIT"), own.text);
});

Deno.test("the audit log names the person of each change", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/audit.jsonl`;
  {
    await using served = serve({ settings: { AUDIT_LOG: path } });
    const { full, limited } = served.simulator.tokens;
    for (const token of [full, limited]) {
      const client = await served.connect({ authorization: bearer(token) });
      await callTool(client, "proxmox_guest_snapshot", {
        action: "create",
        vmid: "web01",
        snapname: "before",
      });
    }
    const text = await Deno.readTextFile(path);
    const lines = text.trim().split("\n").map((line) => JSON.parse(line));
    assertEquals(lines.map(({ caller, phase, result }) => [caller, phase, result]), [
      [full.id, "before", undefined],
      [full.id, "after", "ok"],
      [limited.id, "before", undefined],
      [limited.id, "after", "failed"],
    ]);
    for (const { secret } of [full, limited]) assert(!text.includes(secret));
  }
  await Deno.remove(folder, { recursive: true });
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
