/** MCP over HTTP, as clients and others send it. */
import { MAX_BODY_BYTES } from "../../../src/mcp/http/body.ts";
import { IDLE_MS, MAX_OPEN_REQUESTS, MAX_SESSIONS } from "../../../src/mcp/http/sessions.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../../assert.ts";
import { callTool } from "../../harness.ts";
import { assertDeclined, assertDone } from "../../outcome.ts";
import {
  headers,
  INITIALIZE,
  post,
  rpc,
  serve,
  type Served,
  serveSilent,
  TOKEN,
} from "./served.ts";

const SNAPSHOT = { action: "create", vmid: "web01", snapname: "before" };

async function bodyless(response: Response): Promise<number> {
  assertEquals(await response.text(), "");
  return response.status;
}

/** Asks the handler itself, as a browser or `fetch` would not let one set Host or Origin. */
function ask(served: Served, url: string, more: Record<string, string> = {}): Promise<Response> {
  const request = new Request(url, { method: "POST", headers: headers(more), body: INITIALIZE });
  return served.handler.handle(request, "test");
}

Deno.test("a wrong token, a foreign host or origin, an oversized body get their status and nothing else", async () => {
  await using served = serve();
  const { url } = served;
  const wrong = await post(url, INITIALIZE, { Authorization: "Bearer wrong" });
  assertEquals(wrong.headers.get("www-authenticate"), "Bearer");
  assertEquals(await bodyless(wrong), 401);
  assertEquals(await bodyless(await post(url, INITIALIZE, { Authorization: "" })), 401);
  assertEquals(await bodyless(await ask(served, "http://evil.example.com/mcp")), 403);
  const foreign = { Origin: "http://evil.example.com" };
  assertEquals(await bodyless(await ask(served, url.href, foreign)), 403);
  const large = " ".repeat(MAX_BODY_BYTES) + INITIALIZE;
  assertEquals(await bodyless(await post(url, large)), 413);
  const chunks = ReadableStream.from([large]).pipeThrough(new TextEncoderStream());
  assertEquals(await bodyless(await post(url, chunks)), 413);
  assertEquals([served.sessions.size, served.simulator.requests.length], [0, 0]);
});

Deno.test("/healthz answers everybody, other paths and methods nobody", async () => {
  await using served = serve();
  const health = await fetch(new URL("/healthz", served.url));
  assertEquals([health.status, await health.text()], [200, "ok\n"]);
  const other = await fetch(new URL("/", served.url), { headers: headers() });
  assertEquals(await bodyless(other), 404);
  const put = await fetch(served.url, { method: "PUT", headers: headers(), body: "{}" });
  assertEquals(put.headers.get("allow"), "POST, GET, DELETE");
  assertEquals(await bodyless(put), 405);
});

Deno.test("requests without a session, of an unknown one, or that are not JSON get an error", async () => {
  await using served = serve();
  const cases: [BodyInit, Record<string, string>, number, string][] = [
    [rpc(1, "tools/list"), {}, 400, "Mcp-Session-Id is missing"],
    [rpc(1, "tools/list"), { "Mcp-Session-Id": "none" }, 404, "There is no such session"],
    ["{", {}, 400, "The body is not JSON"],
    [new Uint8Array([0x22, 0xff, 0x22]), {}, 400, "The body is not JSON"],
    [INITIALIZE, { Accept: "text/html" }, 406, "Not Acceptable"],
    [INITIALIZE, { "Content-Type": "text/plain" }, 415, "Unsupported Media Type"],
  ];
  for (const [body, more, status, message] of cases) {
    const response = await post(served.url, body, more);
    assertEquals(response.status, status);
    assertStringIncludes((await response.json()).error.message, message);
  }
  assertEquals(served.sessions.size, 0, "what cannot begin leaves nothing behind");
});

Deno.test("arguments that are null are none", async () => {
  await using served = serve();
  const session = { "Mcp-Session-Id": await begin(served) };
  for (const name of ["proxmox_guest_list", "proxmox_node"]) {
    const body = rpc(1, "tools/call", { name, arguments: null });
    const text = await (await post(served.url, body, session)).text();
    assertMatch(text, /"result":\{"content"/);
  }
});

Deno.test("a client that reads no answers is asked to read them before it sends more", async () => {
  await using served = serve();
  const session = { "Mcp-Session-Id": await begin(served) };
  const ask = (body: string): Promise<Response> => {
    const request = new Request(served.url, { method: "POST", headers: headers(session), body });
    return served.handler.handle(request, "test");
  };
  const list = (id: number): string => rpc(id, "tools/list");
  const unread = [];
  for (let id = 0; id < MAX_OPEN_REQUESTS; id++) unread.push(await ask(list(id)));
  assertEquals(unread.filter(({ ok }) => !ok), []);
  const refused = await ask(list(1000));
  assertEquals([refused.status, refused.headers.get("retry-after")], [429, "1"]);
  assertStringIncludes((await refused.json()).error.message, "read their answers first");
  const cancel = JSON.stringify({
    jsonrpc: "2.0",
    method: "notifications/cancelled",
    params: { requestId: 5 },
  });
  assertEquals((await ask(cancel)).status, 202);
  assertStringIncludes(await unread[0]!.text(), '"tools":');
  const next = await ask(list(1001));
  assertEquals(next.status, 200);
  for (const response of [next, ...unread.slice(1)]) await response.body?.cancel();
  const [first, second] = [list(1), list(2)];
  const batch = await ask(`[${first}${`,${second}`.repeat(99)}]`);
  assertEquals(batch.status, 200, "what was abandoned holds no place");
  assertEquals((await ask(list(3))).status, 429);
  await batch.body?.cancel();
});

Deno.test("50 sessions at once with interleaved calls never mix their answers", async () => {
  await using served = serve({ simulator: { guests: 60 } });
  const { guests } = served.simulator.cluster;
  const free = [...guests.values()].filter(({ config }) => config.lock === undefined).slice(0, 50);
  const clients = await Promise.all(free.map(() => served.connect()));
  assertEquals(served.sessions.size, 50);
  // Ids of requests are the same in all sessions: 0, 1, 2, …
  await Promise.all(clients.map(async (client, index) => {
    const { vmid, config: { name, hostname } } = free[index]!;
    const [changed, status, list] = await Promise.all([
      callTool(client, "proxmox_guest_config_update", { vmid, description: `of ${vmid}` }),
      callTool(client, "proxmox_guest_status", { vmid }),
      callTool(client, "proxmox_guest_list", { filter: `vmid=${vmid}` }),
    ]);
    assertStringIncludes(changed.text, `(${vmid})`);
    assertStringIncludes(status.text, `${name ?? hostname} (${vmid})`);
    assertEquals([list.structured.total, (list.structured.rows as number[][])[0]?.[0]], [1, vmid]);
    const { contents } = await client.readResource({ uri: `proxmox://guest/${vmid}/config` });
    assertStringIncludes(JSON.stringify(contents), `of ${vmid}`);
  }));
});

Deno.test("progress of a call arrives before its answer", async () => {
  await using served = serve();
  const client = await served.connect();
  const received: string[] = [];
  const request = { name: "proxmox_guest_snapshot", arguments: SNAPSHOT };
  await client.callTool(request, undefined, {
    onprogress: ({ message }) => void received.push(message ?? ""),
  });
  assert(received.length > 0);
});

Deno.test("a question to the person travels in the answer to the call that it belongs to", async () => {
  await using served = serve();
  const received: string[] = [];
  const client = await served.connect({
    ask: (question) => {
      received.push(question);
      return Promise.resolve("accept");
    },
  });
  const other = await served.connect({
    ask: (question) => {
      received.push(`other: ${question}`);
      return Promise.resolve("decline");
    },
  });
  const answer = await callTool(client, "proxmox_guest_stop", { vmid: "web01" });
  assertDone(answer);
  assertEquals(received.length, 1);
  assertMatch(received[0] ?? "", /web01/);
  assertDeclined(await callTool(other, "proxmox_guest_stop", { vmid: "web02" }));
});

async function begin({ url }: Served): Promise<string> {
  const response = await post(url, INITIALIZE);
  await response.text();
  return response.headers.get("mcp-session-id") ?? "";
}

const CALL = rpc(0, "tools/call", { name: "proxmox_node", arguments: { action: "list" } });

Deno.test("a client that leaves in the middle of a call ends the call", async () => {
  const { served, arrived, givenUp } = serveSilent();
  await using _ = served;
  const session = { "Mcp-Session-Id": await begin(served) };
  const leaving = new AbortController();
  const response = await fetch(served.url, {
    method: "POST",
    headers: headers(session),
    body: CALL,
    signal: leaving.signal,
  });
  await arrived;
  leaving.abort();
  assertStringIncludes(String(await givenUp), "The client has gone away");
  await response.body?.cancel().catch(() => undefined);
});

Deno.test("a session that is deleted ends its calls, and is no longer there", async () => {
  const { served, arrived, givenUp } = serveSilent();
  await using _ = served;
  const session = { "Mcp-Session-Id": await begin(served) };
  const response = await post(served.url, CALL, session);
  await arrived;
  const deleted = await fetch(served.url, { method: "DELETE", headers: headers(session) });
  assertEquals(await bodyless(deleted), 200);
  assert(await givenUp);
  assertEquals(await response.text(), "", "the stream ends without an answer");
  assertEquals(served.sessions.size, 0);
  assertEquals((await post(served.url, CALL, session)).status, 404);
});

Deno.test("at the end an open call is cancelled with an answer, and no other is taken", async () => {
  const { served, arrived } = serveSilent();
  await using _ = served;
  const session = { "Mcp-Session-Id": await begin(served) };
  const response = await post(served.url, CALL, session);
  await arrived;
  const ended = served.handler.end(AbortSignal.abort());
  assertEquals(await bodyless(await post(served.url, CALL, session)), 503);
  await ended;
  assertMatch(await response.text(), /"error":\{"message":.*"reason":"This server is ending/);
  assertEquals(served.sessions.size, 0);
});

Deno.test("a session that nobody uses is closed by the clock, one with an open stream is not", async () => {
  await using served = serve();
  const idle = { "Mcp-Session-Id": await begin(served) };
  const used = { "Mcp-Session-Id": await begin(served) };
  const stream = await fetch(served.url, { headers: headers(used) });
  assertEquals(stream.headers.get("content-type"), "text/event-stream");
  served.clock.advance(IDLE_MS - 1);
  await served.sessions.sweep();
  assertEquals(served.sessions.size, 2);
  served.clock.advance(1);
  await served.sessions.sweep();
  assertEquals(served.sessions.size, 1);
  assertEquals((await post(served.url, rpc(1, "ping"), idle)).status, 404);
  const response = await post(served.url, rpc(1, "ping"), used);
  assertStringIncludes(await response.text(), '"result":{}');
  await stream.body?.cancel();
});

Deno.test("there are only so many sessions: the one idle for longest makes room, used ones do not", async () => {
  await using served = serve();
  const ids: string[] = [];
  for (let count = 0; count < MAX_SESSIONS; count++) {
    ids.push(await begin(served));
    served.clock.advance(1);
  }
  const newest = await begin(served);
  assertEquals(served.sessions.size, MAX_SESSIONS);
  assertEquals(served.sessions.get(ids[0]!, served.callers), undefined);
  const streams = await Promise.all(
    [...ids.slice(1), newest].map((id) =>
      fetch(served.url, { headers: headers({ "Mcp-Session-Id": id }) })
    ),
  );
  const refused = await post(served.url, INITIALIZE);
  assertEquals([refused.status, refused.headers.get("retry-after")], [503, "60"]);
  assertStringIncludes((await refused.json()).error.message, "Too many sessions");
  await Promise.all(streams.map((stream) => stream.body?.cancel()));
});

Deno.test("sessions that begin at once are no more than there may be", async () => {
  await using served = serve();
  for (let count = 0; count < MAX_SESSIONS; count++) await begin(served);
  served.clock.advance(1);
  const responses = await Promise.all(
    Array.from({ length: 40 }, () => ask(served, served.url.href)),
  );
  await Promise.all(responses.map((response) => response.text()));
  assertEquals(served.sessions.size, MAX_SESSIONS);
});

Deno.test("no answer and no error holds the token", async () => {
  await using served = serve();
  const client = await served.connect();
  const answer = await callTool(client, "proxmox_guest_list");
  assert(!JSON.stringify(answer).includes(TOKEN));
});

Deno.test("a host that is none is a bad request", async () => {
  await using served = serve();
  for (const host of ["127.0.0.1:1:1", "[::1", "a b", ":99999"]) {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(served.url.port) });
    const request = `GET /mcp HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
    await connection.write(new TextEncoder().encode(request));
    const answer = await new Response(connection.readable).text();
    assertEquals(/^HTTP\/1.1 (\d+)/.exec(answer)?.[1], "400", host);
  }
});
