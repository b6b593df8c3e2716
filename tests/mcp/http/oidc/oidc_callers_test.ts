/** People of an identity provider, over HTTP: what each may, and none may of another. */
import { LOOK_MS } from "../../../../src/mcp/http/oidc/people_file.ts";
import type { SimulatorToken } from "../../../../src/simulator/simulator.ts";
import { assert, assertEquals, assertMatch, assertRejects } from "../../../assert.ts";
import { callTool, rowsOf } from "../../../harness.ts";
import { assertDenied, assertDone, assertFailed, assertUnconfirmed } from "../../../outcome.ts";
import { assertNoSession, LIST, loggedBy, OTHER, revoke, statusOf } from "../people.ts";
import { INITIALIZE, post, rpc } from "../served.ts";
import { by, type PeopleContent, serve, type ServedByProvider } from "./served.ts";

const PING = rpc(1, "ping");
/** A token of somebody in a group. */
const IN_GUESTS = { claims: { groups: ["guests"] } };

/** A file with one group, whose members all act by one token. */
function groupOf(group: string, token: SimulatorToken): PeopleContent {
  return { person_claim: "preferred_username", groups: [{ group, ...by(token) }] };
}

Deno.test("each acts by the token they are mapped to, and by nothing that they sent", async () => {
  await using served = await serve();
  const { full, limited } = served.simulator.tokens;
  const alice = await served.connectAs("alice");
  const bob = await served.connectAs("bob");
  assert(rowsOf(await callTool(alice, "proxmox_guest_list")).length > 0);
  const stop = { vmid: "web01" };
  assertFailed(await callTool(bob, "proxmox_guest_stop", stop));
  assertDone(await callTool(alice, "proxmox_guest_stop", stop));
  const sent = served.simulator.requests.map((request) => request.headers.authorization);
  assertEquals(
    new Set(sent),
    new Set([full, limited].map(({ id, secret }) => `PVEAPIToken=${id}=${secret}`)),
  );
  assert(
    !JSON.stringify(served.simulator.requests).includes("eyJ"),
    "no access token is passed on",
  );
});

Deno.test("who is mapped by a group has its rights, and is somebody of their own", async () => {
  await using served = await serve();
  const groups = { claims: { groups: ["others", "guests"] } };
  const carol = await served.begin("carol", groups);
  const dave = await served.begin("dave", groups);
  assertEquals(served.people.map(({ pve, caller }) => [pve.identity, caller]), [
    [OTHER.id, "carol"],
    [OTHER.id, "dave"],
  ]);
  assertEquals(served.callers.known.size, 2);
  assertEquals(await statusOf(post(served.url, PING, carol)), 200);
  const mixed = { ...carol, Authorization: dave.Authorization };
  assertEquals(await statusOf(post(served.url, PING, mixed)), 404);
  const namesake = await served.as("carol", { claims: { ...groups.claims, sub: "somebody else" } });
  assertEquals(await statusOf(post(served.url, PING, { ...carol, ...namesake })), 404);
  const bob = await served.begin("bob", groups);
  assertEquals(served.people.at(-1)?.pve.identity, served.simulator.tokens.limited.id);
  assertEquals(await statusOf(post(served.url, PING, bob)), 200);
});

Deno.test("who is mapped to nothing is told that they lack a right, whatever they are called", async () => {
  await using served = await serve();
  const people = [
    ["eve", {}],
    ["Alice", {}],
    ["alice ", {}],
    ["eve", { claims: { groups: ["guest", "/guests", "GUESTS"] } }],
    ["eve", { claims: { groups: "alice", roles: ["guests"] } }],
    ["alice", { claims: { preferred_username: undefined } }],
    ["alice", { claims: { preferred_username: ["alice"] } }],
    ["eve", { claims: { sub: "alice", email: "alice", email_verified: true, name: "alice" } }],
  ] as const;
  for (const [name, options] of people) {
    const response = await post(served.url, INITIALIZE, await served.as(name, options));
    assertEquals([response.status, await response.text()], [403, ""]);
    assertMatch(
      response.headers.get("www-authenticate") ?? "",
      /^Bearer error="insufficient_scope", /,
    );
  }
  assertEquals([served.simulator.requests.length, served.callers.known.size], [0, 0]);
});

Deno.test("the session of another is none, whatever is sent to it", async () => {
  await using served = await serve();
  const { url } = served;
  const victim = await served.begin("alice");
  const own = await served.begin("bob");
  const before = served.simulator.requests.length;
  await assertNoSession(url, victim, { Authorization: own.Authorization });
  assertEquals(served.simulator.requests.length, before, "nothing was asked as anybody");
  assertEquals(await statusOf(post(url, PING, victim)), 200);
});

Deno.test("a code to confirm a change is good for the person alone who was given it", async () => {
  await using served = await serve({ settings: { CONFIRM: "plan" } });
  const { full } = served.simulator.tokens;
  await served.setPeople(groupOf("guests", full));
  const [one, other] = await Promise.all(
    ["ann", "ben"].map((name) => served.connectAs(name, IN_GUESTS)),
  );
  const stop = { vmid: "web01" };
  const told = await callTool(one!, "proxmox_guest_stop", stop);
  const code = /confirm="?([\w.-]+)/.exec(told.text)?.[1] ?? told.text;
  assertUnconfirmed(await callTool(other!, "proxmox_guest_stop", { ...stop, confirm: code }));
  assertDone(await callTool(one!, "proxmox_guest_stop", { ...stop, confirm: code }));
});

Deno.test("a token that ends in the middle of a session is refused, and a new one goes on with it", async () => {
  await using served = await serve();
  const { url, clock } = served;
  const session = await served.begin("alice");
  assertEquals(await statusOf(post(url, LIST, session)), 200);
  clock.advance(400_000);
  const refused = await post(url, LIST, session);
  assertEquals([refused.status, await refused.text()], [401, ""]);
  assertMatch(refused.headers.get("www-authenticate") ?? "", /error="invalid_token"/);
  const renewed = { ...session, ...await served.as("alice") };
  assertEquals(await statusOf(post(url, LIST, renewed)), 200);
  assertEquals([served.sessions.size, served.people.length], [1, 1]);
});

/** The status of a ping in a session, after the sweep that the server does by itself. */
async function pingAfterSweep(
  { url, sessions }: ServedByProvider,
  session: Record<string, string>,
): Promise<number> {
  await sessions.closeRefused();
  return await statusOf(post(url, PING, session));
}

Deno.test("who is taken out of the file is out, without a restart, and others stay", async () => {
  await using served = await serve();
  const { limited } = served.simulator.tokens;
  const alice = await served.begin("alice");
  const bob = await served.begin("bob");
  await served.setPeople({
    person_claim: "preferred_username",
    people: [{ person: "bob", ...by(limited) }],
  });
  assertEquals(await statusOf(post(served.url, PING, alice)), 403);
  assertEquals(await pingAfterSweep(served, bob), 200);
  assertEquals([served.sessions.size, served.callers.known.size], [1, 1]);
  assertEquals(await statusOf(post(served.url, INITIALIZE, await served.as("alice"))), 403);
});

Deno.test("a call that is under way ends when its person is taken out of the file", async () => {
  await using served = await serve();
  const session = await served.begin("alice");
  const backup = { name: "proxmox_backup", arguments: { action: "create", vmid: "web01" } };
  const body = rpc(1, "tools/call", { ...backup, _meta: { progressToken: 1 } });
  const response = await post(served.url, body, session);
  const reader = response.body!.getReader();
  await reader.read(); // Progress: it has begun.
  await served.setPeople({ people: [{ person: "nobody", token: null }] });
  await served.sessions.closeRefused();
  while (!(await reader.read()).done);
  assertEquals(served.sessions.size, 0);
});

Deno.test("who is mapped to another token, or to other rights, begins anew", async () => {
  await using served = await serve();
  const { full, limited } = served.simulator.tokens;
  const content = (rights: ReturnType<typeof by>) => ({
    person_claim: "preferred_username",
    people: [{ person: "alice", ...rights }],
  });
  await served.setPeople(content(by(full)));
  const moves = [by(limited), by(limited, { read_only: true }), by(full, { grants: ["login"] })];
  for (const move of moves) {
    const session = await served.begin("alice");
    await served.setPeople(content(move));
    assertEquals(await statusOf(post(served.url, PING, session)), 404);
    await served.sessions.closeRefused();
    assertEquals([served.sessions.size, served.callers.known.size], [0, 0]);
  }
  await served.begin("alice");
  assertEquals(served.people.at(-1)?.pve.identity, full.id);
});

Deno.test("a file that cannot be used lets nobody in, ends no session, and says so once", async () => {
  await using served = await serve();
  const { full } = served.simulator.tokens;
  const session = await served.begin("alice");
  const logged = await loggedBy(async () => {
    for (const content of ['{"people": [', JSON.stringify({ people: [{ person: "alice" }] })]) {
      await served.setPeople(content);
      const refused = await post(served.url, PING, session);
      assertEquals([refused.status, refused.headers.get("retry-after")], [503, "5"]);
      await refused.text();
      assertEquals(await pingAfterSweep(served, session), 503);
      served.clock.advance(LOOK_MS);
      assertEquals(await pingAfterSweep(served, session), 503);
    }
    await served.setPeople({
      person_claim: "preferred_username",
      people: [{ person: "alice", ...by(full) }],
    });
    assertEquals(await pingAfterSweep(served, session), 200);
  });
  assertEquals(logged.match(/Nobody gets in, as PROXMOX_HTTP_PEOPLE_FILE/g)?.length, 2);
  assertMatch(logged, /can be used again/);
});

Deno.test("a Proxmox VE token that is revoked ends the sessions of who was mapped to it", async () => {
  await using served = await serve();
  const { url, simulator: { tokens: { limited } } } = served;
  const bob = await served.begin("bob");
  const alice = await served.begin("alice");
  revoke(served, limited);
  assertMatch(await (await post(url, LIST, bob)).text(), /no such token 'limited'/);
  const refused = await post(url, LIST, bob);
  assertEquals([refused.status, refused.headers.get("www-authenticate")], [403, null]);
  await refused.text();
  assertEquals(await statusOf(post(url, INITIALIZE, await served.as("bob"))), 403);
  assertEquals(await statusOf(post(url, LIST, alice)), 200);
  assertEquals(served.sessions.size, 1);
});

Deno.test("login, commands in containers and files are for who is lent them alone", async () => {
  const settings = {
    PASSWORD: "proxmox-demo",
    FILES_DIR: "/tmp",
    SSH_ENABLED: "true",
    SSH_KEY_PATH: "/dev/null",
    SSH_NODE: "pve1",
  };
  await using served = await serve({ settings, alice: { grants: ["files", "login", "ssh"] } });
  await served.begin("alice");
  const bob = await served.connectAs("bob");
  const rights = served.people.map(({ config, pve }) => [
    pve.loginUser,
    config.sshEnabled,
    config.sshNodes.size,
    config.filesDir,
  ]);
  assertEquals(rights, [["root@pam", true, 1, "/tmp"], [undefined, false, 0, undefined]]);
  const [, { config, files }] = served.people as [unknown, ServedByProvider["services"]];
  assert(!JSON.stringify(config).includes("proxmox-demo"));
  await assertRejects(() => files.open("a.iso"), Error, "a.iso");
  assertFailed(
    await callTool(bob, "proxmox_lxc_exec", { vmid: "dns01", command: "id" }),
    /Commands in containers/,
  );
});

Deno.test("commands in containers and snippets are lent apart from each other", async () => {
  const settings = { SSH_ENABLED: "true", SSH_KEY_PATH: "/dev/null", SSH_NODE: "pve1" };
  const calls = {
    ssh: ["proxmox_lxc_exec", { vmid: "dns01", command: "id" }],
    snippets: ["proxmox_storage_content", {
      ...{ action: "upload", node: "pve1", storage: "local", content: "snippets" },
      ...{ filename: "user.yaml", text: "#cloud-config" },
    }],
  } as const;
  const lent: Record<string, readonly string[]> = {};
  for (const grants of [[], ["ssh"], ["snippets"], ["snippets", "ssh"]] as const) {
    await using served = await serve({ settings, alice: { grants: [...grants] } });
    const client = await served.connectAs("alice");
    const reached = [];
    for (const [right, [name, args]] of Object.entries(calls)) {
      const { text } = await callTool(client, name, args);
      // The key is none: who gets as far as that may log in.
      if (/key/.test(text)) reached.push(right);
      else assertMatch(text, new RegExp(`are switched off[^]*"${right}" in grants`));
    }
    lent[grants.join()] = reached;
  }
  assertEquals(lent, {
    "": [],
    ssh: ["ssh"],
    snippets: ["snippets"],
    "snippets,ssh": ["ssh", "snippets"],
  });
});

Deno.test("a person can be narrowed, and never widened", async () => {
  const change = { vmid: "dns01", description: "changed" };
  for (
    const [alice, elevated, assertOutcome] of [
      [{}, true, assertDone],
      [{ elevated: true }, false, assertDenied],
      [{ elevated: false }, true, assertDenied],
    ] as const
  ) {
    await using served = await serve({ alice, elevated });
    const client = await served.connectAs("alice");
    assertOutcome(await callTool(client, "proxmox_guest_config_update", change));
  }
  await using served = await serve({ alice: { read_only: true } });
  const client = await served.connectAs("alice");
  await assertRejects(() => callTool(client, "proxmox_guest_config_update", change));
  assertEquals(served.people.map(({ config }) => [config.readOnly, config.allowElevated]), [
    [true, false],
  ]);
});

Deno.test("the audit log names the person, and no log or answer has a token", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/audit.jsonl`;
  {
    await using served = await serve({ settings: { AUDIT_LOG: path } });
    const { full } = served.simulator.tokens;
    await served.setPeople(groupOf("guests", full));
    const { Authorization } = await served.as("carol", IN_GUESTS);
    const said: string[] = [];
    const snapshot = { action: "create", vmid: "web01", snapname: "before" };
    const logged = await loggedBy(async () => {
      const clients = [
        await served.connectAs("alice", IN_GUESTS),
        await served.connect({ authorization: Authorization }),
      ];
      for (const client of clients) {
        said.push((await callTool(client, "proxmox_guest_snapshot", snapshot)).text);
      }
      for (const end of ["", "x"]) {
        const wrong = `${Authorization}${end}`.replace("ey", end && "xy");
        said.push(await (await post(served.url, INITIALIZE, { Authorization: wrong })).text());
      }
    });
    const text = await Deno.readTextFile(path);
    const lines = text.trim().split("\n").map((line) => JSON.parse(line));
    assertEquals(lines.map(({ caller, phase }) => [caller, phase]), [
      ["alice", "before"],
      ["alice", "after"],
      ["carol", "before"],
      ["carol", "after"],
    ]);
    assertMatch(logged, /Session [\w-]+ is of carol/);
    const all = [logged, text, ...said].join("\n");
    for (const secret of [full.secret, OTHER.secret, "eyJ", Authorization.slice(-40)]) {
      assert(!all.includes(secret), all);
    }
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("one person's rate limit delays no other, though one token of Proxmox VE is both's", async () => {
  await using served = await serve({ settings: { RATE_LIMIT: "1" } });
  await served.setPeople(groupOf("guests", served.simulator.tokens.limited));
  const [busy, other] = await Promise.all(
    ["carol", "dave"].map((name) => served.connectAs(name, IN_GUESTS)),
  );
  served.clock.advance(10_000);
  const [delayed, own] = await Promise.all([
    callTool(busy!, "proxmox_guest_status", { vmid: "web01" }),
    callTool(other!, "proxmox_node", { action: "list" }),
  ]);
  assertMatch(delayed.text, /PROXMOX_RATE_LIMIT/);
  assert(!own.text.includes("PROXMOX_RATE_LIMIT"), own.text);
});
