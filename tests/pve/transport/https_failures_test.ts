import type { Socket } from "node:net";
import { MIB } from "../../../src/base/byte_units.ts";
import { VirtualClock } from "../../virtual_clock.ts";
import { transportErrorOf } from "../../../src/pve/transport/https_errors.ts";
import type { TlsOptions } from "../../../src/pve/transport/tls.ts";
import {
  type Transport,
  TransportError,
  type TransportFailure,
  type TransportRequest,
} from "../../../src/pve/transport/transport.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "../../assert.ts";
import { openPinned, request } from "./open_transport.ts";
import { selfSigned, serveHttps, serveTcp, serveTls, type TestServer } from "./tls_server.ts";

const certificate = await selfSigned();

/** A transport that accepts the test servers, with two connections at most. */
function open(more: Partial<TlsOptions> = {}): Transport & Disposable {
  return openPinned(certificate, { maxConnections: 2, ...more });
}

function post(more: Partial<TransportRequest> = {}): TransportRequest {
  return request({ method: "POST", body: "a=1", ...more });
}

/** A server that reads a request and then does this. */
function afterRequest(act: (socket: Socket) => void): () => Promise<TestServer> {
  return () => serveTls(certificate, (socket) => void socket.once("data", () => act(socket)));
}

interface Broken {
  readonly serve: () => Promise<TestServer>;
  readonly failure: TransportFailure;
  readonly maybeSent: boolean;
  readonly message: string;
}

const BROKEN: Readonly<Record<string, Broken>> = {
  "closes every connection": {
    serve: () => serveTcp((socket) => void socket.destroy()),
    failure: "reset",
    maybeSent: false,
    message: "it closed the connection before it was encrypted",
  },
  "speaks HTTP without TLS": {
    serve: () =>
      serveTcp((socket) =>
        void socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"))
      ),
    failure: "protocol",
    maybeSent: false,
    message: "it does not speak TLS on that port",
  },
  "refuses the handshake": {
    serve: () =>
      serveTcp((socket) =>
        void socket.once("data", () => socket.end(Uint8Array.of(0x15, 3, 3, 0, 2, 2, 40)))
      ),
    failure: "tls",
    maybeSent: false,
    message: "the TLS handshake failed",
  },
  "closes after the request": {
    serve: afterRequest((socket) => void socket.destroy()),
    failure: "reset",
    maybeSent: true,
    message: "the connection was closed",
  },
  "answers something else than HTTP": {
    serve: afterRequest((socket) => void socket.write("SSH-2.0-OpenSSH_9.2\r\n")),
    failure: "protocol",
    maybeSent: true,
    message: "it does not answer in HTTP",
  },
  "answers with headers without end": {
    serve: afterRequest((socket) => void socket.write(`HTTP/1.1 200 OK\r\nX: ${"x".repeat(MIB)}`)),
    failure: "protocol",
    maybeSent: true,
    message: "it does not answer in HTTP",
  },
  "answers with an impossible status": {
    serve: afterRequest((socket) =>
      void socket.write("HTTP/1.1 999 What\r\nContent-Length: 0\r\n\r\n")
    ),
    failure: "protocol",
    maybeSent: true,
    message: "the HTTP status 999",
  },
};

for (const [what, { serve, failure, maybeSent, message }] of Object.entries(BROKEN)) {
  Deno.test(`fetch() fails with "${failure}", ${maybeSent ? "maybe" : "surely not"} sent, when a server ${what}`, async () => {
    await using server = await serve();
    using transport = open();
    const error = await assertRejects(() => transport.fetch(server.url, post()), TransportError);
    assertEquals([error.failure, error.details.maybeSent], [failure, maybeSent]);
    assertStringIncludes(error.message, message);
  });
}

Deno.test("fetch() names the address that refuses, and the cause", async () => {
  using transport = open();
  for (
    const url of [
      "https://127.0.0.1:1/",
      "https://localhost:1/",
      "https://[::1]:1/",
    ]
  ) {
    const error = await assertRejects(() => transport.fetch(new URL(url), post()), TransportError);
    assertEquals([error.failure, error.details.maybeSent], ["refused", false]);
    assertStringIncludes(error.message, `Cannot reach ${new URL(url).host}: `);
    assertEquals((error.cause as { code?: string }).code, "ECONNREFUSED");
    assert(error.details.hint);
  }
});

Deno.test("transportErrorOf() tells what the codes of the system mean", () => {
  const expected: readonly (readonly [string, TransportFailure])[] = [
    ["EAI_AGAIN", "dns"],
    ["ENOTFOUND", "dns"],
    ["ECONNREFUSED", "refused"],
    ["EHOSTUNREACH", "unreachable"],
    ["ENETUNREACH", "unreachable"],
    ["ETIMEDOUT", "timeout"],
    ["ECONNRESET", "reset"],
    ["EPIPE", "reset"],
  ];
  for (const [code, failure] of expected) {
    for (const sent of [false, true]) {
      const cause = Object.assign(new Error(`read ${code}`), { code });
      const error = transportErrorOf(cause, "pve1:8006", sent);
      assertEquals([error.failure, error.details.maybeSent], [failure, sent]);
      assertEquals(error.cause, cause);
      assertStringIncludes(error.message, code);
    }
  }
});

const HALF_BODIES: Readonly<Record<string, string>> = {
  "with a length": "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
  "in chunks": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf",
};
for (const [how, half] of Object.entries(HALF_BODIES)) {
  Deno.test(`fetch() fails the body when the connection ends within a body ${how}`, async () => {
    await using server = await afterRequest((socket) => {
      socket.write(half, () => socket.destroy());
    })();
    using transport = open();
    const response = await transport.fetch(server.url, post());
    const error = await assertRejects(() => response.text(), TransportError);
    assertEquals([error.failure, error.details.maybeSent], ["reset", true]);
  });
}

Deno.test("fetch() gives up a connection that is not made in time, with nothing sent", async () => {
  await using server = await serveTcp(() => {}); // Accepts, and never says a word.
  using transport = open({ clock: new VirtualClock() });
  const error = await assertRejects(() => transport.fetch(server.url, post()), TransportError);
  assertEquals([error.failure, error.details.maybeSent], ["timeout", false]);
  assertStringIncludes(error.message, "no connection within 10 seconds");
});

const STAGES = {
  "the handshake": { serve: (act: () => void) => serveTcp(onData(act)), maybeSent: false },
  "the answer": { serve: (act: () => void) => serveTls(certificate, onData(act)), maybeSent: true },
} as const;

function onData(act: () => void): (socket: Socket) => void {
  return (socket) => void socket.once("data", act);
}

for (const [stage, { serve, maybeSent }] of Object.entries(STAGES)) {
  Deno.test(`fetch() reports a timeout during ${stage} with maybeSent ${maybeSent}`, async () => {
    const timeout = new AbortController();
    await using server = await serve(() =>
      timeout.abort(new DOMException("Too slow", "TimeoutError"))
    );
    using transport = open();
    const error = await assertRejects(
      () => transport.fetch(server.url, post({ signal: timeout.signal })),
      TransportError,
    );
    assertEquals([error.failure, error.details.maybeSent], ["timeout", maybeSent]);
  });
}

Deno.test("fetch() refuses at once when its signal is aborted already", async () => {
  await using server = await serveHttps(certificate, (_request, response) => void response.end());
  using transport = open();
  const reason = new Error("cancelled");
  const signal = AbortSignal.abort(reason);
  assertEquals(await rejection(transport.fetch(server.url, post({ signal }))), reason);
  assertEquals(server.connections(), 0);
});

/** What a promise is rejected with. */
function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(() => undefined, (reason) => reason);
}

Deno.test("fetch() throws the reason of an abort, closes the connection and frees its place", async () => {
  const cancel = new AbortController();
  const reason = new Error("cancelled");
  await using server = await serveHttps(certificate, (incoming, response) => {
    if (incoming.url === "/slow") cancel.abort(reason);
    else response.end("x");
  });
  using transport = open();
  const slow = new URL("/slow", server.url);
  const calls = Array.from(
    { length: 6 },
    () => rejection(transport.fetch(slow, post({ signal: cancel.signal }))),
  );
  assertEquals(await Promise.all(calls), Array(6).fill(reason));
  await server.left();
  for (let i = 0; i < 4; i++) {
    assertEquals(await (await transport.fetch(server.url, post())).text(), "x");
  }
});

Deno.test("fetch() throws the reason of an abort during the handshake, and frees its place", async () => {
  const cancel = new AbortController();
  const reason = new Error("cancelled");
  await using silent = await serveTcp((socket) => {
    socket.once("data", () => cancel.abort(reason));
  });
  using transport = open();
  const calls = Array.from(
    { length: 6 },
    () => rejection(transport.fetch(silent.url, post({ signal: cancel.signal }))),
  );
  assertEquals(await Promise.all(calls), Array(6).fill(reason));
  await silent.left();
});

Deno.test("fetch() fails the body with the reason of an abort while it is read", async () => {
  const cancel = new AbortController();
  const reason = new Error("cancelled");
  await using server = await afterRequest((socket) =>
    void socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
  )();
  using transport = open();
  const response = await transport.fetch(server.url, post({ signal: cancel.signal }));
  const reader = response.body!.getReader();
  await reader.read();
  cancel.abort(reason);
  assertEquals(await rejection(reader.read()), reason);
  await server.left();
});

Deno.test("fetch() closes the connection of a body that is cancelled", async () => {
  await using server = await afterRequest((socket) =>
    void socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
  )();
  using transport = open();
  const response = await transport.fetch(server.url, post());
  await response.body?.cancel();
  await server.left();
});
