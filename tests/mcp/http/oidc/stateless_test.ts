/** People of an identity provider whose clients have no sessions: each request by itself. */
import { assert, assertEquals, assertMatch } from "../../../assert.ts";
import { CAN_ASK, lone, type LoneRequest, messageOf, send } from "../stateless.ts";
import { kept, testEachWay } from "../replicas.ts";
import { by, type PeopleContent, serveWayKnown } from "./served.ts";

/** A call of a tool. */
function call(name: string, args: Readonly<Record<string, unknown>> = {}): LoneRequest {
  return { method: "tools/call", params: { name, arguments: args } };
}

const LIST = call("proxmox_guest_list");
const IN_GUESTS = { claims: { groups: ["guests"] } };

testEachWay(
  "without sessions each request is its person's, by the token that they are mapped to",
  async (way) => {
    await using served = await serveWayKnown(way);
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
    assertEquals(kept(served), 0, "nobody is kept");
  },
);

testEachWay(
  "without sessions, who is taken out of the file is out with the next request",
  async (way) => {
    await using served = await serveWayKnown(way);
    const { url, simulator } = served;
    const { limited } = simulator.tokens;
    const headers = await served.as("alice");
    assertEquals((await send(url, { ...LIST, headers })).status, 200);
    await served.setPeople({
      person_claim: "preferred_username",
      people: [{ person: "alice", ...by(limited) }],
    });
    assertEquals((await send(url, { ...LIST, headers })).status, 200);
    const { headers: { authorization } } = simulator.requests.at(-1)!;
    assertEquals(authorization, `PVEAPIToken=${limited.id}=${limited.secret}`);
    await served.setPeople({ people: [{ person: "nobody", token: null }] });
    assertEquals((await send(url, { ...LIST, headers })).status, 403);
  },
);

testEachWay(
  "a question to one person is none to another, though both act by one token",
  async (way) => {
    await using served = await serveWayKnown(way);
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
  },
);

testEachWay(
  "without sessions, too, a call that is under way ends when its person is taken out",
  async (way) => {
    const held = Promise.withResolvers<never>();
    const arrived = Promise.withResolvers<void>();
    await using served = await serveWayKnown(way, {
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
    const cancelRefused = (): Promise<unknown> =>
      Promise.all(served.servers.map(({ stateless }) => stateless.cancelRefused()));
    await cancelRefused();
    await served.setPeople({ people: [{ person: "nobody", token: null }] });
    await cancelRefused();
    assertMatch(JSON.stringify((await answer).result), /is let in no longer/);
  },
);
