import { buffer } from "node:stream/consumers";
import { KIB, MIB } from "../../../src/base/byte_units.ts";
import { TransportError } from "../../../src/pve/transport/transport.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { openPinned, request } from "./open_transport.ts";
import { selfSigned, serveHttps } from "./tls_server.ts";

const certificate = await selfSigned();

/** A stream of `length` bytes that counts what was taken of it. */
function source(
  length: number,
): { stream: ReadableStream<Uint8Array<ArrayBuffer>>; taken(): number; cancelled(): boolean } {
  let taken = 0;
  let cancelled = false;
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller): void {
      const size = Math.min(64 * KIB, length - taken);
      if (size === 0) return controller.close();
      taken += size;
      controller.enqueue(new Uint8Array(size));
    },
    cancel(): void {
      cancelled = true;
    },
  });
  return { stream, taken: () => taken, cancelled: () => cancelled };
}

Deno.test("fetch() sends a stream with its length, and no faster than it is taken", async () => {
  const length = 48 * MIB;
  const { stream, taken } = source(length);
  let ahead = 0;
  await using server = await serveHttps(certificate, async (incoming, response) => {
    const { "content-length": announced, "transfer-encoding": encoding } = incoming.headers;
    let received = 0;
    for await (const chunk of incoming) {
      received += (chunk as Uint8Array).length;
      ahead = Math.max(ahead, taken() - received);
    }
    response.end(JSON.stringify([announced, encoding ?? "none", received]));
  });
  using transport = openPinned(certificate);
  const response = await transport.fetch(
    server.url,
    request({ method: "POST", body: { stream, length } }),
  );
  assertEquals(await response.json(), [String(length), "none", length]);
  assert(ahead < 24 * MIB, `The sender was ${ahead} bytes ahead of the server`);
});

Deno.test("fetch() stops sending a stream that is answered early, and uses no such connection again", async () => {
  const length = 64 * MIB;
  const { stream, taken, cancelled } = source(length);
  await using server = await serveHttps(certificate, (incoming, response) => {
    if (incoming.method === "GET") return void response.end("next");
    response.writeHead(401, "No ticket").end("refused");
  });
  using transport = openPinned(certificate);
  const response = await transport.fetch(
    server.url,
    request({ method: "POST", body: { stream, length } }),
  );
  assertEquals([response.status, await response.text()], [401, "refused"]);
  assert(taken() < length && cancelled(), "The stream was read to its end");
  assertEquals(await (await transport.fetch(server.url, request())).text(), "next");
  assertEquals(server.connections(), 2);
});

for (const [what, length] of [["longer", 1000], ["shorter", 1_000_000]] as const) {
  Deno.test(`fetch() fails when a stream is ${what} than announced`, async () => {
    await using server = await serveHttps(certificate, async (incoming, response) => {
      await buffer(incoming).then(() => response.end("taken"), () => {});
    });
    using transport = openPinned(certificate);
    const { stream } = source(100_000);
    const error = await assertRejects(
      () => transport.fetch(server.url, request({ method: "POST", body: { stream, length } })),
      TransportError,
      "Cannot upload",
    );
    assertEquals(error.details.maybeSent, true);
  });
}

Deno.test("fetch() fails with the cause when a stream fails", async () => {
  await using server = await serveHttps(certificate, (incoming) => void incoming.resume());
  using transport = openPinned(certificate);
  const cause = new Error("disk gone");
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller): void => controller.error(cause),
  });
  const error = await assertRejects(
    () => transport.fetch(server.url, request({ method: "POST", body: { stream, length: 10 } })),
    TransportError,
    "disk gone",
  );
  assertEquals(error.cause, cause);
});

Deno.test("fetch() cancels a stream that it never started to send", async () => {
  await using server = await serveHttps(
    await selfSigned(),
    (_request, response) => void response.end(),
  );
  using transport = openPinned(certificate);
  const { stream, cancelled } = source(10);
  await assertRejects(
    () => transport.fetch(server.url, request({ method: "POST", body: { stream, length: 10 } })),
    TransportError,
    "its fingerprint is not",
  );
  assert(cancelled());
});
