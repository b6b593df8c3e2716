import { BODY_MS, MAX_BODY_BYTES, readBody } from "../../../src/mcp/http/body.ts";
import { assertEquals } from "../../assert.ts";
import { ManualClock } from "../../virtual_clock.ts";

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
