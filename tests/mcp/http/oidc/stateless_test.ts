/** People of an identity provider whose clients have no sessions: each request by itself. */
import { assert, assertEquals, assertMatch } from "../../../assert.ts";
import { CAN_ASK, lone, type LoneRequest, messageOf, send } from "../stateless.ts";
import { by, type PeopleContent, serve } from "./served.ts";

/** A call of a tool. */
function call(name: string, args: Readonly<Record<string, unknown>> = {}): LoneRequest {
  return { method: "tools/call", params: { name, arguments: args } };
}

const LIST = call("proxmox_guest_list");
const IN_GUESTS = { claims: { groups: ["guests"] } };

Deno.test("without sessions each request is its person's, by the token that they are mapped to", async () => {
  await using served = await serve();
  const { url, simulator: { tokens: { full, limited } } } = served;
  const stop = call("proxmox_guest_stop", { vmid: "web01" });
  const [alice, bob] = [await served.as("alice"), await served.as("bob")];
  assertEquals((await send(url, { ...stop, headers: bob })).result?.isError, true);
  assertEquals((await send(url, { ...stop, headers: alice })).result?.isError, undefined);
  const senders = new Set(served.simulator.requests.map(({ headers }) => headers.authorization));
  assertEquals(
    senders,
    new Set([full, limited].map(({ id, secret }) => `PVEAPIToken=${id}=${secret}`)),
  );
  for (const wrong of [{ aud: "elsewhere" }, { exp: served.clock.now() / 1000 - 31 }]) {
    const headers = await served.as("alice", { claims: wrong });
    assertEquals((await send(url, { ...LIST, headers })).status, 401);
  }
  assertEquals((await send(url, { ...LIST, headers: await served.as("eve") })).status, 403);
  assertEquals([served.sessions.size, served.callers.known.size], [0, 0], "nobody is kept");
});

Deno.test("without sessions, who is taken out of the file is out with the next request", async () => {
  await using served = await serve();
  const { url, simulator: { tokens: { limited } } } = served;
  const headers = await served.as("alice");
  assertEquals((await send(url, { ...LIST, headers })).status, 200);
  await served.setPeople({
    person_claim: "preferred_username",
    people: [{ person: "alice", ...by(limited) }],
  });
  assertEquals((await send(url, { ...LIST, headers })).status, 200);
  assertEquals(served.people.map(({ pve }) => pve.identity).at(-1), limited.id);
  await served.setPeople({ people: [{ person: "nobody", token: null }] });
  assertEquals((await send(url, { ...LIST, headers })).status, 403);
});

Deno.test("a question to one person is none to another, though both act by one token", async () => {
  await using served = await serve();
  const content: PeopleContent = {
    person_claim: "preferred_username",
    groups: [{ group: "guests", ...by(served.simulator.tokens.full) }],
  };
  await served.setPeople(content);
  const [ann, ben] = [await served.as("ann", IN_GUESTS), await served.as("ben", IN_GUESTS)];
  const remove = call("proxmox_guest_delete", { vmid: 107 });
  const asked = await send(served.url, { ...remove, headers: ann, capabilities: CAN_ASK });
  const { requestState } = asked.result ?? {};
  assertMatch(String(requestState), /^[\w.-]{50,}$/);
  const answered = {
    ...remove,
    params: {
      ...remove.params,
      requestState,
      inputResponses: { confirmation: { action: "accept", content: {} } },
    },
    capabilities: CAN_ASK,
  };
  await send(served.url, { ...answered, headers: ben });
  assert(served.simulator.cluster.guests.has(107), "nothing was done for the other");
  await send(served.url, { ...answered, headers: ann });
  assert(!served.simulator.cluster.guests.has(107));
});

Deno.test("without sessions, too, a call that is under way ends when its person is taken out", async () => {
  const held = Promise.withResolvers<never>();
  const arrived = Promise.withResolvers<void>();
  await using served = await serve({
    transport: (simulator) => ({
      fetch: (url, request) => {
        if (!url.pathname.endsWith("/cluster/resources")) return simulator.fetch(url, request);
        request.signal.addEventListener("abort", () => held.reject(request.signal.reason));
        arrived.resolve();
        return held.promise;
      },
      close: () => simulator.close(),
    }),
  });
  const headers = await served.as("alice");
  const answer = fetch(served.url, lone({ ...LIST, headers })).then(messageOf);
  await arrived.promise;
  await served.stateless.cancelRefused();
  await served.setPeople({ people: [{ person: "nobody", token: null }] });
  await served.stateless.cancelRefused();
  assertMatch(JSON.stringify((await answer).result), /is let in no longer/);
});
