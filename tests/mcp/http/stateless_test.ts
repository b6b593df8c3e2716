/** Requests without sessions: who is asked about, what is kept, what is cancelled and bounded. */
import { redact } from "../../../src/base/process/log.ts";
import { MAX_OPEN_REQUESTS_OF_ALL } from "../../../src/mcp/http/open_requests.ts";
import { Recent, RECENT_MS } from "../../../src/mcp/http/recent.ts";
import type { Simulator } from "../../../src/simulator/simulator.ts";
import { assert, assertEquals, assertMatch } from "../../assert.ts";
import { ManualClock } from "../../virtual_clock.ts";
import { bearer, OTHER, revoke, serve as servePeople } from "./people.ts";
import { kept, serveEach, serveOne, testEachWay } from "./replicas.ts";
import { serveSilent } from "./served.ts";
import { connect, lone, messageOf, send } from "./stateless.ts";

const LIST = { method: "tools/call", params: { name: "proxmox_guest_list", arguments: {} } };

/** How often Proxmox VE was asked about tokens. */
function asked({ requests }: Simulator): number {
  return requests.filter(({ path }) => path.endsWith("/version")).length;
}

Deno.test("Proxmox VE is asked about a token once a minute, and again after it has refused it", async () => {
  await using served = servePeople();
  const { url, simulator, clock } = served;
  const { limited } = simulator.tokens;
  const of = { headers: { Authorization: bearer(limited) } };
  const status = async (request = LIST): Promise<number> =>
    (await send(url, { ...request, ...of })).status;
  for (let times = 0; times < 5; times++) assertEquals(await status(), 200);
  assertEquals([asked(simulator), served.people.length], [1, 5], "all else is learned anew");
  clock.advance(RECENT_MS);
  assertEquals([await status(), asked(simulator)], [200, 2]);
  revoke(served, limited);
  assertEquals([await status({ ...LIST, method: "tools/list" }), asked(simulator)], [200, 2]);
  const refused = await send(url, { ...LIST, ...of });
  assertEquals([refused.status, refused.result?.isError], [200, true]);
  assertEquals([await status(), asked(simulator)], [401, 3], "no minute after it was refused");
  assertEquals(await status(), 401);
});

testEachWay(
  "a wrong token is in no memory, and one person's memory lets nobody else in",
  async (way) => {
    await using served = await serveEach(way);
    const { url, simulator: { tokens: { full, limited } } } = served;
    assertEquals(
      (await send(url, { ...LIST, headers: { Authorization: bearer(full) } })).status,
      200,
    );
    for (
      const token of [
        { id: full.id, secret: limited.secret },
        { id: limited.id, secret: full.secret },
        { id: "nobody@pve!demo", secret: full.secret },
      ]
    ) {
      const headers = { Authorization: bearer(token) };
      for (let times = 0; times < 4; times++) {
        assertEquals((await send(url, { ...LIST, headers })).status, 401);
      }
    }
    assertEquals((await send(url, { ...LIST, headers: { Authorization: "" } })).status, 401);
  },
);

testEachWay(
  "after a request nothing of its person is left, but that they were let in",
  async (way) => {
    await using served = await serveEach(way);
    const { url } = served;
    const { limited } = served.simulator.tokens;
    const headers = { Authorization: bearer(limited) };
    const answer = await send(url, { ...LIST, headers });
    assertMatch(JSON.stringify(answer.result), /web01/);
    assertEquals(kept(served), 0);
    assertEquals(redact(limited.secret), limited.secret, "it is no longer known as a secret");
    const stranger = await send(url, { ...LIST, headers: { Authorization: bearer(OTHER) } });
    assert(!JSON.stringify(stranger.result).includes("web01"));
  },
);

Deno.test("Recent keeps something under salted hashes, each for a minute", () => {
  const clock = new ManualClock();
  const [one, other] = [new Recent<true>(clock), new Recent<true>(clock)];
  one.set("secret", true);
  assertEquals([one.get("secret"), one.get("other"), other.get("secret")], [
    true,
    undefined,
    undefined,
  ]);
  clock.advance(RECENT_MS / 2);
  one.set("secret", true);
  clock.advance(RECENT_MS - 1);
  assert(one.get("secret"), "set again, good for another minute");
  clock.advance(1);
  assertEquals([one.get("secret"), one.size], [undefined, 0]);
  one.set("secret", true);
  one.forget("secret");
  assertEquals([one.get("secret"), one.size], [undefined, 0]);
});

Deno.test("the rate limit holds for a person from request to request, and delays no other", async () => {
  await using served = servePeople({ settings: { RATE_LIMIT: "1" } });
  const { url, clock, simulator: { tokens: { full, limited } } } = served;
  const began = clock.monotonic();
  const list = async (token: typeof full): Promise<void> => {
    const { result } = await send(url, { ...LIST, headers: { Authorization: bearer(token) } });
    assertEquals(result?.isError, undefined);
  };
  for (let times = 0; times < 3; times++) await list(limited);
  const requests = served.simulator.requests.length;
  const passed = clock.monotonic() - began;
  assert(passed >= (requests - 1) * 1_000, `${requests} requests in ${passed} ms`);
  await list(full);
  const { length } = served.simulator.requests;
  assert(clock.monotonic() - began - passed < (length - requests) * 1_000);
});

testEachWay("progress is told, and the answer comes after it", async (way) => {
  await using served = await serveOne(way);
  const client = await connect(served.url, { mode: "auto" });
  const told: number[] = [];
  const request = { name: "proxmox_backup", arguments: { action: "create", vmid: "web01" } };
  const result = await client.callTool(request, {
    onprogress: ({ progress }) => told.push(progress),
  });
  assertMatch(JSON.stringify(result.content), /Backed up web01/);
  assert(told.length > 0 && told.every((each, index) => index === 0 || each > told[index - 1]!));
  await client.close();
});

Deno.test("a client that goes away cancels its call, and no other with the same number", async () => {
  const { served, arrived, givenUp } = serveSilent();
  await using _ = served;
  const leaving = new AbortController();
  const response = await fetch(served.url, { ...lone(LIST), signal: leaving.signal });
  await arrived;
  const other = await served.handler.handle(new Request(served.url, lone(LIST)), "test");
  leaving.abort();
  assertMatch(String(await givenUp), /The client has gone away/);
  await response.body?.cancel().catch(() => undefined);
  await served.handler.end(AbortSignal.abort());
  assertMatch(await other.text(), /This server is ending/);
});

Deno.test("answers that nobody reads do not pile up, of one person or of all", async () => {
  await using served = servePeople();
  const { url, simulator: { tokens: { full, limited } } } = served;
  const ask = (token: typeof full): Promise<Response> => {
    const request = new Request(
      url,
      lone({ method: "prompts/list", headers: { Authorization: bearer(token) } }),
    );
    return served.handler.handle(request, "test");
  };
  const most = MAX_OPEN_REQUESTS_OF_ALL / 4;
  const unread = [];
  for (let count = 0; count < most; count++) unread.push(await ask(full));
  assertEquals(unread.filter(({ ok }) => !ok), []);
  const refused = await ask(full);
  assertEquals([refused.status, refused.headers.get("retry-after")], [429, "1"]);
  await refused.body?.cancel();
  const other = await messageOf(await ask(limited));
  assertEquals([other.status, Array.isArray(other.result?.prompts)], [200, true]);
  await unread[0]?.text();
  const next = await ask(full);
  assertEquals(next.status, 200);
  for (const response of [next, ...unread.slice(1)]) await response.body?.cancel();
  assertEquals(served.callers.known.size, 0, "what was abandoned holds nobody");
});

Deno.test("at the end open calls are answered, and no more are taken", async () => {
  const { served, arrived } = serveSilent();
  await using _ = served;
  const open = send(served.url, LIST);
  await arrived;
  const end = served.handler.end(new AbortController().signal);
  assertEquals((await send(served.url, { method: "tools/list" })).status, 503);
  assertMatch(JSON.stringify((await open).result), /This server is ending/);
  await end;
});
