import { Buffer } from "node:buffer";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { MIB } from "../../../src/base/byte_units.ts";
import { TransportError } from "../../../src/pve/transport/transport.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "../../assert.ts";
import { openPinned, request } from "./open_transport.ts";
import { selfSigned, serveHttps, serveTcp, serveTls } from "./tls_server.ts";

const certificate = await selfSigned();

Deno.test("fetch() hands out status, reason phrase, headers and body", async () => {
  await using server = await serveHttps(certificate, (incoming, response) => {
    response.writeHead(401, "No ticket", ["X-Asked", `${incoming.method} ${incoming.url}`]);
    response.end("body");
  });
  using transport = openPinned(certificate);
  const response = await transport.fetch(new URL("/api2/json?a=b%2Fc", server.url), request());
  assertEquals(response.status, 401);
  assertEquals(response.statusText, "No ticket");
  assertEquals(response.headers.get("x-asked"), "GET /api2/json?a=b%2Fc");
  assertEquals(await response.text(), "body");
});

Deno.test("fetch() keeps what a reason phrase may hold and drops control characters", async () => {
  await using server = await serveTls(certificate, (socket) => {
    socket.once("data", () => {
      socket.write("HTTP/1.1 595 No \x1b[31mroute\x07 to host\r\nContent-Length: 0\r\n\r\n");
    });
  });
  using transport = openPinned(certificate);
  const response = await transport.fetch(server.url, request());
  assertEquals(response.status, 595);
  assertEquals(response.statusText, "No [31mroute to host");
  assertEquals(await response.text(), "");
});

Deno.test("fetch() sends a text body with its length in bytes", async () => {
  await using server = await serveHttps(certificate, async (incoming, response) => {
    const { "content-length": length, "content-type": type, host } = incoming.headers;
    response.end(JSON.stringify([length, type, host, (await buffer(incoming)).length]));
  });
  using transport = openPinned(certificate);
  const response = await transport.fetch(
    server.url,
    request({ method: "POST", headers: { "Content-Type": "text/plain" }, body: "äöü" }),
  );
  assertEquals(await response.json(), ["6", "text/plain", server.url.host, 6]);
});

Deno.test("fetch() follows no redirect", async () => {
  await using server = await serveHttps(certificate, (_request, response) => {
    response.writeHead(302, { Location: "https://127.0.0.1:1/" }).end();
  });
  using transport = openPinned(certificate);
  const response = await transport.fetch(server.url, request());
  assertEquals(response.status, 302);
  assertEquals(await response.text(), "");
});

Deno.test("fetch() unpacks gzip that it did not ask for", async () => {
  const text = JSON.stringify({ data: "line\n".repeat(100_000) });
  await using server = await serveHttps(certificate, (incoming, response) => {
    assertEquals(incoming.headers["accept-encoding"], undefined);
    const body = gzipSync(text);
    response.writeHead(200, { "Content-Encoding": "gzip", "Content-Length": body.length });
    response.end(body);
  });
  using transport = openPinned(certificate);
  const response = await transport.fetch(server.url, request());
  assertEquals(response.headers.get("content-encoding"), null);
  assertEquals(await response.text(), text);
});

Deno.test("fetch() fails the body when gzip ends too early", async () => {
  await using server = await serveHttps(certificate, (_request, response) => {
    response.writeHead(200, { "Content-Encoding": "gzip" });
    response.end(gzipSync("x".repeat(10_000)).subarray(0, 20));
  });
  using transport = openPinned(certificate);
  const response = await transport.fetch(server.url, request());
  const error = await assertRejects(() => response.text(), TransportError, "Cannot unpack");
  assertEquals(error.failure, "protocol");
});

Deno.test("fetch() hands out a long body as it comes, and takes no more than is read", async () => {
  const chunk = Buffer.alloc(MIB, "x");
  const total = 96 * MIB;
  let written = 0;
  await using server = await serveHttps(certificate, (incoming, response) => {
    if (incoming.url === "/ping") return void response.end();
    const write = (): void => {
      while (written < total) {
        written += chunk.length;
        if (!response.write(chunk)) return void response.once("drain", write);
      }
      response.end();
    };
    write();
  });
  using transport = openPinned(certificate);
  const response = await transport.fetch(server.url, request());
  let read = 0;
  let ahead = 0;
  let nextPing = 0;
  for await (const bytes of response.body!) {
    read += bytes.length;
    if (read < nextPing) continue;
    nextPing = read + MIB;
    await (await transport.fetch(new URL("/ping", server.url), request())).text();
    ahead = Math.max(ahead, written - read);
  }
  assertEquals(read, total);
  assert(ahead < 24 * MIB, `The server was ${ahead} bytes ahead of the reader`);
});

Deno.test("fetch() reaches IPv6 addresses in brackets", async () => {
  await using server = await serveHttps(certificate, (incoming, response) => {
    response.end(incoming.headers.host);
  }, { hostname: "::1" });
  using transport = openPinned(certificate);
  assertEquals(server.url.hostname, "[::1]");
  const response = await transport.fetch(server.url, request());
  assertEquals(await response.text(), `[::1]:${server.port}`);
});

Deno.test("fetch() names the host in the handshake, but no address", async () => {
  const hellos: string[] = [];
  await using server = await serveTcp((socket) => {
    socket.once("data", (bytes: Uint8Array) => {
      hellos.push(new TextDecoder("latin1").decode(bytes));
      socket.destroy();
    });
  });
  using transport = openPinned(certificate);
  for (const host of ["localhost", "127.0.0.1"]) {
    const url = new URL(`https://${host}:${server.port}/`);
    await assertRejects(() => transport.fetch(url, request()), TransportError);
  }
  assertEquals(hellos.map((hello) => /localhost|127\.0\.0\.1/.exec(hello)?.[0]), [
    "localhost",
    undefined,
  ]);
});

Deno.test({
  name: "fetch() needs permission for the network only",
  permissions: { net: ["127.0.0.1"] },
  fn: async () => {
    await using server = await serveHttps(
      certificate,
      (_request, response) => void response.end("x"),
    );
    using transport = openPinned(certificate, { sslMode: "strict" });
    using pinned = openPinned(certificate);
    const error = await assertRejects(() => transport.fetch(server.url, request()), TransportError);
    assertEquals(error.details.checks, ["self-signed"]);
    assertEquals(await (await pinned.fetch(server.url, request())).text(), "x");
  },
});

Deno.test({
  name: "fetch() says that permission for the network is missing",
  permissions: { net: ["127.0.0.1:1"] },
  fn: async () => {
    using transport = openPinned(certificate);
    const error = await assertRejects(
      () => transport.fetch(new URL("https://127.0.0.1:2/"), request()),
      TransportError,
    );
    assertEquals([error.failure, error.details.maybeSent], ["unreachable", false]);
    assertStringIncludes(String(error.details.hint), "--allow-net");
  },
});
