/** Confirmations without sessions: what a client must bring, and all that it may try instead. */
import { CONFIRMATION_MS } from "../../../src/guard/seal.ts";
import type { SimulatorToken } from "../../../src/simulator/simulator.ts";
import { assert, assertEquals, assertMatch } from "../../assert.ts";
import { assertDeclined, assertUnconfirmed } from "../../outcome.ts";
import { bearer, OTHER } from "./people.ts";
import { serveEach, serveOne, serveReplicas, testEachWay } from "./replicas.ts";
import { serve, type Served } from "./served.ts";
import { callTool } from "../../harness.ts";
import { CAN_ASK, connect, type LoneAnswer, send } from "./stateless.ts";

const DELETE = { name: "proxmox_guest_delete", arguments: { vmid: 107 } };

/** What comes with the call that brings an answer. */
interface Brought {
  readonly requestState?: string;
  readonly inputResponses?: Readonly<Record<string, unknown>>;
  readonly name?: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
}

interface Sent extends Brought {
  readonly token?: SimulatorToken;
  readonly capabilities?: object;
}

/** Sends the call. */
function call(
  url: URL,
  { token, capabilities = CAN_ASK, ...brought }: Sent = {},
): Promise<LoneAnswer> {
  const headers = token ? { headers: { Authorization: bearer(token) } } : {};
  return send(url, {
    method: "tools/call",
    params: { ...DELETE, ...brought },
    capabilities,
    ...headers,
  });
}

function textOf({ result }: LoneAnswer): string {
  return (result?.content as readonly { readonly text: string }[] | undefined)?.[0]?.text ?? "";
}

/** Asks, and answers the state of the question. */
async function ask(url: URL, sent: Sent = {}): Promise<string> {
  const { result } = await call(url, sent);
  assertEquals(result?.resultType, "input_required", JSON.stringify(result));
  return String(result?.requestState);
}

const ACCEPT = { confirmation: { action: "accept", content: {} } };

function exists({ simulator }: Pick<Served, "simulator">): boolean {
  return simulator.cluster.guests.has(107);
}

testEachWay(
  "a call that takes something away answers its question, and is done with the answer to it",
  async (way) => {
    await using served = await serveOne(way);
    const { result } = await call(served.url);
    const { confirmation } = result?.inputRequests as Record<string, {
      readonly method: string;
      readonly params: { readonly message: string; readonly requestedSchema: unknown };
    }>;
    assertEquals(confirmation?.method, "elicitation/create");
    assertMatch(confirmation!.params.message, /107/);
    assertEquals(confirmation?.params.requestedSchema, { type: "object", properties: {} });
    const requestState = String(result?.requestState);
    assertMatch(requestState, /^[\w.-]{50,90}$/, "nothing but digests");
    assert(exists(served));
    const done = await call(served.url, { requestState, inputResponses: ACCEPT });
    assertEquals(done.result?.resultType, "complete");
    assert(!exists(served));
  },
);

testEachWay("who says no, or nothing, is not asked again in the same breath", async (way) => {
  await using served = await serveOne(way);
  for (
    const [reply, assertOutcome, said] of [
      ["decline", assertDeclined, /answered no/],
      ["cancel", assertUnconfirmed, /gave no answer/],
    ] as const
  ) {
    const client = await connect(served.url, { mode: "auto", ask: () => reply });
    assertOutcome(await callTool(client, "proxmox_guest_delete", { vmid: 107 }), /./, said);
    await client.close();
  }
  const requestState = await ask(served.url);
  assert(await ask(served.url, { requestState }) !== requestState, "no answer: a new question");
  assert(exists(served));
});

testEachWay("no other state than that of the question confirms", async (way) => {
  await using served = await serveOne(way, { settings: { CONFIRM: "plan" } });
  const { url, clock } = served;
  const refused = async (why: RegExp, sent: Sent): Promise<void> => {
    const answer = await call(url, { inputResponses: ACCEPT, ...sent });
    assertEquals(answer.result?.isError, true, JSON.stringify(answer));
    assertMatch(textOf(answer), why);
    assert(exists(served));
  };
  await refused(/no question that this server has asked/, {});
  await refused(/no question that this server has asked/, { requestState: "" });
  const state = await ask(url);
  for (let at = 0; at < state.length; at += 7) {
    const altered = state.slice(0, at) + (state[at] === "A" ? "B" : "A") + state.slice(at + 1);
    await refused(/no question that this server has asked/, { requestState: altered });
  }
  await refused(/about another call/, {
    requestState: state,
    arguments: { vmid: 107, purge: true },
  });
  await refused(/about another call/, {
    requestState: await ask(url, { arguments: { vmid: 105 } }),
  });
  // What a plan hands out to a model is no answer of a person.
  const plan = textOf(await call(url, { capabilities: {} }));
  const code = /confirm="?([\w.-]+)/.exec(plan)?.[1] ?? "";
  await refused(/about another call/, { requestState: code });
  const old = await ask(url);
  clock.advance(CONFIRMATION_MS + 1_000);
  await refused(/more than ten minutes ago/, { requestState: old });
  const stale = await ask(url);
  const guest = served.simulator.cluster.guests.get(107)!;
  guest.status = "running";
  await refused(/has changed since the question was asked/, { requestState: stale });
});

testEachWay("the state of a question confirms nothing for a model", async (way) => {
  await using served = await serveOne(way, { settings: { CONFIRM: "plan" } });
  const confirm = await ask(served.url);
  const answer = await call(served.url, { capabilities: {}, arguments: { vmid: 107, confirm } });
  assertMatch(textOf(answer), /The code in confirm is for another call/);
  assert(exists(served));
});

Deno.test("a state is used once, though what it was for has changed", async () => {
  await using served = serve();
  const requestState = await ask(served.url);
  const guest = served.simulator.cluster.guests.get(107)!;
  for (const [status, why] of [["running", /has changed/], ["stopped", /used before/]] as const) {
    guest.status = status;
    const answer = await call(served.url, { requestState, inputResponses: ACCEPT });
    assertMatch(textOf(answer), why);
    assert(exists(served));
  }
});

Deno.test("a state is used once, though what it was for failed", async () => {
  await using served = serve();
  const requestState = await ask(served.url);
  const match = { method: "DELETE" };
  served.simulator.faults.add({ kind: "status", status: 500, times: 1, match });
  const failed = await call(served.url, { requestState, inputResponses: ACCEPT });
  assertEquals(failed.result?.isError, true);
  const again = await call(served.url, { requestState, inputResponses: ACCEPT });
  assertMatch(textOf(again), /used before/);
  assert(exists(served));
});

testEachWay(
  "where a person must be asked, a client that says it cannot ask gets no further",
  async (way) => {
    await using served = await serveOne(way, { settings: { CONFIRM: "always" } });
    const requestState = await ask(served.url);
    for (const capabilities of [{}, { elicitation: { url: {} } }]) {
      const answer = await call(served.url, { requestState, inputResponses: ACCEPT, capabilities });
      assertMatch(textOf(answer), /PROXMOX_CONFIRM=always/);
    }
    for (const confirmation of [true, [], { action: "ACCEPT" }, { result: { action: "accept" } }]) {
      await ask(served.url, { requestState, inputResponses: { confirmation } });
    }
    assert(exists(served));
  },
);

testEachWay("a question to one person is none to another, who may do the same", async (way) => {
  await using served = await serveEach(way);
  const { url, simulator } = served;
  const { full, limited } = simulator.tokens;
  const twin = { id: "root@pam!twin", secret: OTHER.secret };
  const tokens = simulator.cluster.table("access.tokens");
  tokens.set(twin.id, { ...tokens.get(full.id), tokenid: "twin", secret: twin.secret });
  const requestState = await ask(url, { token: full });
  for (const token of [twin, limited, OTHER]) {
    const answer = await call(url, { token, requestState, inputResponses: ACCEPT });
    assertEquals(answer.result?.isError, true);
    if (token === twin) assertMatch(textOf(answer), /about another call/);
    assert(exists(served));
  }
  const done = await call(url, { token: full, requestState, inputResponses: ACCEPT });
  assertEquals(done.result?.isError, undefined, textOf(done));
  assert(!exists(served));
});

Deno.test("replicas without a common key take no answer to a question of the other", async () => {
  await using served = await serveReplicas({}, { sharesKey: false });
  const [one, other] = served.servers;
  const requestState = await ask(one.url);
  const refused = await call(other.url, { requestState, inputResponses: ACCEPT });
  assertMatch(textOf(refused), /no question that this server has asked/);
  const done = await call(one.url, { requestState, inputResponses: ACCEPT });
  assertEquals(done.result?.isError, undefined, textOf(done));
});

Deno.test("what one replica has done after an answer, the other does not do again by it", async () => {
  await using served = await serveReplicas();
  const [one, other] = served.servers;
  const requestState = await ask(one.url);
  const brought = { requestState, inputResponses: ACCEPT };
  assertEquals((await call(other.url, brought)).result?.isError, undefined);
  const replayed = await call(one.url, brought);
  assertEquals(replayed.result?.isError, true, "its list of guests may be older than that");
  const { requests } = one.simulator;
  assertEquals(requests.filter(({ method }) => method === "DELETE").length, 1);
});
