import { BODY_MS, MAX_BODY_BYTES, readBody } from "../../../src/mcp/http/body.ts";
import { HttpHandler } from "../../../src/mcp/http/handler.ts";
import { assertEquals, assertMatch } from "../../assert.ts";
import { ManualClock } from "../../virtual_clock.ts";
import { headers, serve } from "./served.ts";

function requestOf(body: ReadableStream<Uint8Array>): Request {
  return new Request("http://localhost/mcp", { method: "POST", body });
}

Deno.test("readBody() gives up on a body that does not come to its end in time", async () => {
  const clock = new ManualClock();
  const first = Promise.withResolvers<void>();
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode("{")),
    pull: () => first.resolve(), // Nothing more comes.
    cancel: () => void (cancelled = true),
  });
  const read = readBody(requestOf(body), clock);
  await first.promise;
  clock.advance(BODY_MS);
  assertEquals(await read, { kind: "too slow" });
  assertEquals(cancelled, true);
});

Deno.test("readBody() reads JSON in pieces, and no more than it may", async () => {
  const clock = new ManualClock();
  const pieces = ['{"a":', "1}"].map((text) => new TextEncoder().encode(text));
  assertEquals(await readBody(requestOf(ReadableStream.from(pieces)), clock), {
    kind: "json",
    value: { a: 1 },
  });
  const large = ReadableStream.from([new Uint8Array(MAX_BODY_BYTES), new Uint8Array(1)]);
  assertEquals(await readBody(requestOf(large), clock), { kind: "too large" });
});

/** Tells when somebody begins to wait. */
class WaitingClock extends ManualClock {
  readonly waiting = Promise.withResolvers<void>();

  override after(ms: number, work: () => void): () => void {
    this.waiting.resolve();
    return super.after(ms, work);
  }
}

Deno.test("a body that comes too slowly gets 408, and its connection is closed", async () => {
  await using served = serve();
  const clock = new WaitingClock();
  const handler = new HttpHandler(served.access, { demo: true, clock });
  const errors: unknown[] = [];
  const onError = (error: unknown): Response => {
    errors.push(error);
    return new Response(null, { status: 500 });
  };
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {}, onError },
    (request) => handler.handle(request, "test"),
  );
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: server.addr.port });
  const head = Object.entries(headers({ Host: "127.0.0.1", "Content-Length": "100" }));
  const lines = ["POST /mcp HTTP/1.1", ...head.map((each) => each.join(": ")), "", "{"];
  await connection.write(new TextEncoder().encode(lines.join("\r\n")));
  await clock.waiting.promise;
  clock.advance(BODY_MS);
  const answer = await new Response(connection.readable).text(); // To the connection's end.
  assertMatch(answer, /^HTTP\/1\.1 408 /);
  assertMatch(answer, /^connection: close\r$/im);
  assertEquals(errors.map(String), ["Error: Its body came too slowly"]);
});
