/** A session that ends, or seems idle, while a request for it is being let in. */
import { redact, registerSecret } from "../../../src/base/process/log.ts";
import { IDLE_MS } from "../../../src/mcp/http/sessions.ts";
import { assert, assertEquals } from "../../assert.ts";
import { begin, LIST, serve, statusOf, withToken } from "./people.ts";
import { headers, type ServedPeople } from "./served.ts";
import { lone } from "./stateless.ts";

/** More steps than any request takes until it is let in. */
const MOST_STEPS = 500;
/** A message that says that it needs no session, while its headers do not. */
const ALONE = String(lone({ method: "tools/list" }).body);
/** What a session gets. */
const REQUESTS: readonly (readonly [label: string, request: RequestInit, status: number])[] = [
  ["a call", { method: "POST", body: LIST }, 200],
  ["a message without session", { method: "POST", body: ALONE }, 400],
  ["a stream", { method: "GET" }, 200],
  ["its end", { method: "DELETE" }, 200],
];

/** Begins a session of somebody. */
async function somebody(served: ServedPeople): Promise<(init: RequestInit) => Promise<Response>> {
  const { full } = served.simulator.tokens;
  const theirs = headers({ ...withToken(full), ...await begin(served, full) });
  return (init) =>
    served.handler.handle(new Request(served.url, { ...init, headers: theirs }), "127.0.0.1");
}

/**
 * Sends a request by a session, and ends the session so many steps later.
 *
 * @returns What was answered, and whether it was before the session ended.
 */
async function endedAfter(
  steps: number,
  request: RequestInit,
): Promise<{ readonly status: number; readonly isLate: boolean }> {
  await using served = serve();
  const { secret } = served.simulator.tokens.full;
  const send = await somebody(served);
  // The secret is also that of something else, which outlives the session.
  const forget = registerSecret(secret);
  let isAnswered = false;
  const answer = send(request).finally(() => isAnswered = true);
  for (let step = 0; step < steps; step++) await null;
  const isLate = isAnswered;
  await statusOf(send({ method: "DELETE" }));
  const status = await statusOf(answer);
  assertEquals([served.sessions.size, served.callers.known.size], [0, 0]);
  assert(!redact(secret).includes(secret), "forgotten too often");
  forget();
  assertEquals(redact(secret), secret, "never forgotten");
  return { status, isLate };
}

for (const [label, request, usual] of REQUESTS) {
  Deno.test(`a session may end at any moment while ${label} is let in`, async () => {
    for (let steps = 0;; steps++) {
      const { status, isLate } = await endedAfter(steps, request);
      assert([usual, 404].includes(status), `${status} after ${steps} steps`);
      if (isLate) break;
      assert(steps < MOST_STEPS);
    }
  });
}

Deno.test("a session is not idle while its client sends", async () => {
  await using served = serve();
  const send = await somebody(served);
  served.clock.advance(IDLE_MS - 1_000);
  const isRead = Promise.withResolvers<void>();
  const isWhole = Promise.withResolvers<void>();
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      isRead.resolve();
      await isWhole.promise;
      controller.enqueue(new TextEncoder().encode(LIST));
      controller.close();
    },
  }, { highWaterMark: 0 });
  const answer = send({ method: "POST", body });
  await isRead.promise;
  served.clock.advance(2_000);
  await served.sessions.sweep();
  isWhole.resolve();
  assertEquals(await statusOf(answer), 200);
});
