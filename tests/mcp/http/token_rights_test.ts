/** People with API tokens of their own, over HTTP: what each may, and none may of another. */
import { MAX_OPEN_REQUESTS_OF_ALL } from "../../../src/mcp/http/open_requests.ts";
import { MAX_SESSIONS } from "../../../src/mcp/http/sessions.ts";
import type { SimulatorToken } from "../../../src/simulator/simulator.ts";
import { assert, assertEquals, assertMatch, assertRejects } from "../../assert.ts";
import { callTool, rowsOf } from "../../harness.ts";
import { assertDone, assertFailed, assertUnconfirmed } from "../../outcome.ts";
import {
  assertNoSession,
  bearer,
  begin,
  LIST,
  OTHER,
  serve,
  statusOf,
  withToken,
} from "./people.ts";
import { headers, post, rpc } from "./served.ts";

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
  assertFailed(none!, /^Whether there are guests cannot be seen$/);
  assertFailed(await callTool(viewer!, "proxmox_guest_stop", { vmid: "web01" }));
  assertFailed(await callTool(stranger!, "proxmox_guest_stop", { vmid: "web01" }));
  const done = await callTool(admin!, "proxmox_guest_stop", { vmid: "web01" });
  assertDone(done);
  const log = await callTool(admin!, "proxmox_node_task", {
    ...{ action: "list", typefilter: "hastop", limit: 1, fields: "upid" },
  });
  assertMatch(JSON.stringify(log.structured), /UPID:[^"]*:root@pam!demo:/);
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
  assertEquals([served.callers.known.size, served.people.length], [1, 1]);
  const lists = served.simulator.requests.filter(({ path }) => path.endsWith("/cluster/resources"));
  assert(lists.every((each) => each.headers.authorization === `PVEAPIToken=${plain}`));
});

Deno.test("the session of another is none, whatever is sent to it", async () => {
  await using served = serve();
  const { url, simulator: { tokens: { full, limited } } } = served;
  const victim = await begin(served, full);
  const own = await begin(served, limited);
  const before = served.simulator.requests.length;
  await assertNoSession(url, victim, withToken(limited));
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
  assertUnconfirmed(await callTool(other, "proxmox_guest_stop", { ...stop, confirm: code }));
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
  // Seals are of all, as each is bound to who was asked: see the codes above.
  const parts = ["config", "pve", "guests", "tasks", "guestLocks", "reads", "files"] as const;
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
