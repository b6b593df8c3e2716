import type { Socket } from "node:net";
import { TransportError, type TransportRequest } from "../../../src/pve/transport/transport.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { openPinned, request } from "./open_transport.ts";
import { selfSigned, serveHttps, serveTls } from "./tls_server.ts";

const certificate = await selfSigned();

Deno.test("fetch() uses one connection for requests one after another", async () => {
  await using server = await serveHttps(
    certificate,
    (_request, response) => void response.end("x"),
  );
  using transport = openPinned(certificate);
  for (let i = 0; i < 50; i++) {
    assertEquals(await (await transport.fetch(server.url, request())).text(), "x");
  }
  assertEquals(server.connections(), 1);
});

Deno.test("fetch() uses at most maxConnections connections for 200 requests at once", async () => {
  let running = 0;
  let most = 0;
  await using server = await serveHttps(certificate, (_request, response) => {
    most = Math.max(most, ++running);
    setTimeout(() => response.end("x", () => running--), 1);
  });
  using transport = openPinned(certificate);
  const texts = await Promise.all(
    Array.from({ length: 200 }, async () => (await transport.fetch(server.url, request())).text()),
  );
  assertEquals(texts.join(""), "x".repeat(200));
  assertEquals(server.connections(), 8);
  assertEquals(most, 8);
});

const BODIES: Readonly<Record<string, () => Partial<TransportRequest>>> = {
  "a GET": () => ({ method: "GET" }),
  "a POST": () => ({ method: "POST", body: "a=1" }),
  "a PUT without body": () => ({ method: "PUT" }),
  "a stream": () => ({
    method: "POST",
    body: { stream: ReadableStream.from([new Uint8Array(3)]), length: 3 },
  }),
};
for (const [what, more] of Object.entries(BODIES)) {
  Deno.test(`fetch() sends ${what} once only when a kept connection breaks`, async () => {
    const seen: unknown[] = [];
    await using server = await serveHttps(certificate, (incoming, response) => {
      seen.push(incoming.url);
      incoming.resume().once("end", () => {
        if (incoming.url === "/") response.end();
        else incoming.socket.destroy();
      });
    });
    using transport = openPinned(certificate);
    await (await transport.fetch(server.url, request())).text();
    const error = await assertRejects(
      () => transport.fetch(new URL("/break", server.url), request(more())),
      TransportError,
    );
    assertEquals([error.failure, error.details.maybeSent], ["reset", true]);
    assertEquals([seen, server.connections()], [["/", "/break"], 1]);
  });
}

Deno.test("fetch() connects anew when the server closed the kept connection", async () => {
  let last: Socket | undefined;
  await using server = await serveTls(certificate, (socket) => {
    last = socket;
    socket.on("data", () => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  });
  using transport = openPinned(certificate);
  for (let i = 1; i <= 3; i++) {
    assertEquals((await transport.fetch(server.url, request())).status, 200);
    assertEquals(server.connections(), i);
    last?.end();
    await server.left();
  }
});

Deno.test("close() closes idle connections", async () => {
  await using server = await serveHttps(
    certificate,
    (_request, response) => void response.end("x"),
  );
  const transport = openPinned(certificate);
  await (await transport.fetch(server.url, request())).text();
  transport.close();
  await server.left();
});
