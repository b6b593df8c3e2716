/** Both revisions of MCP at one address: with sessions, and without. */
import type { Client } from "@modelcontextprotocol/client";
import { SUPPORTED_PROTOCOL_VERSIONS } from "../../../src/mcp/sdk.ts";
import type { Client as FirstClient } from "../../../src/mcp/sdk_client.ts";
import { assert, assertEquals, assertMatch, assertRejects } from "../../assert.ts";
import { callTool } from "../../harness.ts";
import { assertDone, assertUnconfirmed } from "../../outcome.ts";
import { begin, LIST, serve as servePeople, statusOf, withToken } from "./people.ts";
import { serveOne, serveReplicas, testEachWay } from "./replicas.ts";
import { INITIALIZE, post, rpc, serve } from "./served.ts";
import { type ClientOptions, connect, lone, messageOf, REVISION, send } from "./stateless.ts";

/** How npm's client of the second generation comes to speak which revision. */
const NEGOTIATIONS: readonly (readonly [NonNullable<ClientOptions["mode"]> | undefined, string])[] =
  [
    [{ pin: REVISION }, REVISION],
    ["auto", REVISION],
    [undefined, "2025-11-25"],
  ];

/** Both hear the same, whatever they ask. */
async function assertSame(client: Client, first: FirstClient): Promise<void> {
  assertEquals(client.getInstructions(), first.getInstructions());
  const { name, version } = client.getServerVersion() ?? {};
  assertEquals([name, version], [
    first.getServerVersion()?.name,
    first.getServerVersion()?.version,
  ]);
  const uri = "proxmox://guest/web01/config";
  const prompt = { name: "diagnose_guest", arguments: { guest: "web01" } };
  const ref = { type: "ref/prompt" as const, name: "diagnose_guest" };
  const argument = { name: "guest", value: "web" };
  const ask = async (from: Client | FirstClient): Promise<unknown[]> => [
    (await from.listTools()).tools,
    (await from.listPrompts()).prompts,
    (await from.listResourceTemplates()).resourceTemplates,
    (await from.listResources()).resources.filter((each) => each.uri.startsWith("proxmox:")),
    (await from.readResource({ uri })).contents,
    (await from.getPrompt(prompt)).messages,
    (await from.complete({ ref, argument })).completion.values,
  ];
  assertEquals(await ask(client), await ask(first));
  assertEquals(
    await callTool(client, "proxmox_guest_list"),
    await callTool(first, "proxmox_guest_list"),
  );
}

for (const [mode, revision] of NEGOTIATIONS) {
  Deno.test(
    `npm's second client speaks ${revision} by ${
      JSON.stringify(mode) ?? "default"
    }, and hears what the first one hears`,
    async () => {
      await using served = serve();
      const first = await served.connect();
      const client = await connect(served.url, mode === undefined ? {} : { mode });
      assertEquals(client.getNegotiatedProtocolVersion(), revision);
      assertEquals(served.sessions.size, revision === REVISION ? 1 : 2);
      await assertSame(client, first);
      await client.close();
    },
  );
}

testEachWay("errors are those of each revision, in the same words", async (way) => {
  await using served = await serveOne(way);
  const client = await connect(served.url, { mode: "auto" });
  const tool = await assertRejects(() => client.callTool({ name: "proxmox_guest_lst" }), Error);
  assertMatch(tool.message, /^There is no tool "proxmox_guest_lst"\. Did you mean /);
  const missing = { method: "resources/read", params: { uri: "proxmox://guest/nobody/config" } };
  const { status, error } = await send(served.url, missing);
  assertEquals([status, error?.code], [200, -32602]);
  assertMatch(error?.message ?? "", /^[^:]*There is no guest "nobody"/);
  await client.close();
});

Deno.test("replicas behind a proxy that knows nothing of MCP answer as one does, changes included", async () => {
  await using served = await serveReplicas();
  const questions: string[] = [];
  const client = await connect(served.url, {
    mode: "auto",
    ask: (question) => {
      questions.push(question);
      return "accept";
    },
  });
  const [one] = served.servers;
  const { simulator } = one;
  await assertSame(client, await one.connect());
  assertDone(await callTool(client, "proxmox_guest_delete", { vmid: 107 }));
  assertEquals([questions.length, simulator.cluster.guests.has(107)], [1, false]);
  const heard = served.servers.map(({ services }) => services.config.httpStateKey?.length);
  assertEquals(heard, [36, 36]);
  const { requests } = simulator;
  assertEquals(requests.filter(({ method }) => method === "DELETE").length, 1);
  await client.close();
});

Deno.test("a code of one replica confirms at the other what a client plans that cannot ask", async () => {
  await using served = await serveReplicas({ settings: { CONFIRM: "plan" } });
  const [one, other] = served.servers;
  const inOne = await connect(one.url, { mode: "auto" });
  const inOther = await connect(other.url, { mode: "auto" });
  const told = await callTool(inOne, "proxmox_guest_delete", { vmid: 107 });
  assertUnconfirmed(told);
  const confirm = /confirm="?([\w.-]+)/.exec(told.text)?.[1] ?? "";
  const { guests } = one.simulator.cluster;
  assert(guests.has(107));
  assertDone(await callTool(inOther, "proxmox_guest_delete", { vmid: 107, confirm }));
  assert(!guests.has(107));
  // What it was given for is no more, so that it does nothing where nobody has seen it yet.
  const again = await callTool(inOne, "proxmox_guest_delete", { vmid: 107, confirm });
  assert(again.isError);
  await inOne.close();
  await inOther.close();
});

Deno.test("requests of both revisions take turns on one connection, and none is taken for the other", async () => {
  await using served = serve();
  const { url } = served;
  const begun = await post(url, INITIALIZE);
  await begun.text();
  const session = { "Mcp-Session-Id": begun.headers.get("mcp-session-id") ?? "" };
  const listed: unknown[] = [];
  for (let turn = 0; turn < 4; turn++) {
    const within = await messageOf(await post(url, rpc(turn, "tools/list"), session));
    const without = await send(url, { method: "tools/list" });
    listed.push(within.result?.tools, without.result?.tools);
    assertEquals(within.result?.ttlMs, undefined);
    assertEquals([without.result?.ttlMs, without.result?.cacheScope], [300_000, "private"]);
  }
  for (const tools of listed) assertEquals(tools, listed[0]);
  const lost = { "Mcp-Session-Id": crypto.randomUUID() };
  for (const headers of [session, lost]) {
    const { status, result } = await send(url, { method: "tools/list", headers });
    assertEquals([status, Array.isArray(result?.tools)], [200, true], "no session is asked for");
  }
  const { headers: named, body } = lone({ method: "tools/list" });
  const silent = { ...named as Record<string, string> };
  delete silent["MCP-Protocol-Version"];
  for (const more of [{}, session]) {
    const { status, error } = await messageOf(
      await fetch(url, { method: "POST", headers: { ...silent, ...more }, body: body ?? null }),
    );
    assertEquals([status, error?.code], [400, -32020], "the body says so, the header does not");
  }
  const header = { "MCP-Protocol-Version": REVISION };
  const bare = await messageOf(await post(url, rpc(1, "tools/list"), { ...session, ...header }));
  assertEquals([bare.status, bare.error?.code], [400, -32602], "the header says so, not the body");
  const handshake = await messageOf(await post(url, INITIALIZE, header));
  assertEquals([handshake.status, handshake.error?.code], [400, -32020]);
  const batch = await messageOf(await post(url, `[${rpc(1, "tools/list")}]`, header));
  assertEquals(batch.status, 400);
  const future = { "MCP-Protocol-Version": "2030-01-01" };
  const unknown = await messageOf(
    await fetch(url, {
      ...lone({ method: "tools/list", headers: future }),
      body: String(body).replace(REVISION, "2030-01-01"),
    }),
  );
  assertEquals([unknown.status, unknown.error?.code], [400, -32022]);
  assertEquals(served.sessions.size, 1);
});

Deno.test("initialize goes by its body where its header names a revision with sessions, or none", async () => {
  await using served = serve();
  for (const revision of [undefined, ...SUPPORTED_PROTOCOL_VERSIONS]) {
    const header: Record<string, string> = revision ? { "MCP-Protocol-Version": revision } : {};
    const { status, result } = await messageOf(await post(served.url, INITIALIZE, header));
    assertEquals([status, result?.protocolVersion], [200, "2025-06-18"], revision);
  }
});

Deno.test("a header that names no revision gets 400, whatever comes with it", async () => {
  await using served = servePeople();
  const { url, sessions, simulator: { tokens: { full } } } = served;
  const token = withToken(full);
  const session = await begin(served, full);
  for (const revision of ["", "x", "1999-01-01", "2025-06-19", "draft", "2025-11-25, 2025-11-25"]) {
    for (const body of [INITIALIZE, LIST, `[${INITIALIZE}]`]) {
      for (const more of [{}, session]) {
        const header = { ...token, ...more, "MCP-Protocol-Version": revision };
        assertEquals(await statusOf(post(url, body, header)), 400, `"${revision}" ${body}`);
      }
    }
  }
  assertEquals([sessions.size, served.callers.known.size], [1, 1]);
});

Deno.test("initialize gets 400 where its header names a revision without sessions", async () => {
  await using served = serve();
  for (const revision of [REVISION, "2030-01-01"]) {
    const header = { "MCP-Protocol-Version": revision };
    assertEquals(await statusOf(post(served.url, INITIALIZE, header)), 400, revision);
  }
  assertEquals(served.sessions.size, 0);
});

testEachWay(
  "lists may be kept for a while by who asked for them, the state of the cluster may not",
  async (way) => {
    await using served = await serveOne(way);
    const hints = async (method: string, params = {}): Promise<unknown[]> => {
      const { result } = await send(served.url, { method, params });
      return [result?.ttlMs, result?.cacheScope];
    };
    for (
      const method of [
        "tools/list",
        "prompts/list",
        "resources/list",
        "resources/templates/list",
        "server/discover",
      ]
    ) assertEquals(await hints(method), [300_000, "private"], method);
    const params = { uri: "proxmox://guest/web01" };
    assertEquals(await hints("resources/read", params), [0, "private"]);
  },
);
