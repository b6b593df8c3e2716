/** Odd ends of an answer: each ends its own request with an error, and the next ones work. */
import { TransportError, type TransportFailure } from "../../../src/pve/transport/transport.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { openPinned, request } from "./open_transport.ts";
import { selfSigned, serveTls, type TestServer } from "./tls_server.ts";

const certificate = await selfSigned();

/** What the server writes, and whether it then closes the connection. */
interface Ending {
  readonly text: string;
  readonly closes?: true;
  readonly failure: TransportFailure;
}

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
const UPGRADE = "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
const ENDINGS: Readonly<Record<string, Ending>> = {
  "switches protocols": {
    text: `HTTP/1.1 101 Switching Protocols\r\n${UPGRADE}`,
    failure: "protocol",
  },
  "switches protocols, and goes on in the other": {
    text: `HTTP/1.1 101 Switching Protocols\r\n${UPGRADE}\x81\x05hello`,
    failure: "protocol",
  },
  "switches protocols without saying to which": {
    text: "HTTP/1.1 101 Switching Protocols\r\n\r\n",
    failure: "protocol",
  },
  "begins as HTTP/2": { text: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", failure: "protocol" },
  "sends a frame of HTTP/2": { text: "\0\0\0\x04\0\0\0\0\0", failure: "protocol" },
  "answers as HTTP/0.9": { text: "{}", closes: true, failure: "protocol" },
  "sends garbage": { text: "\x16\x03\x01garbage\0\xff", failure: "protocol" },
  "announces two lengths": {
    text: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 5\r\n\r\n{}",
    failure: "protocol",
  },
  "sends chunks and a length": {
    text: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n{}\r\n",
    failure: "protocol",
  },
  "sends a chunk of no length": {
    text: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n",
    failure: "reset",
  },
  "says nothing": { text: "", closes: true, failure: "reset" },
  "closes within the headers": {
    text: "HTTP/1.1 200 OK\r\nContent-",
    closes: true,
    failure: "reset",
  },
  "closes after the headers": {
    text: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n",
    closes: true,
    failure: "reset",
  },
  "closes after an interim answer": {
    text: "HTTP/1.1 103 Early Hints\r\n\r\n",
    closes: true,
    failure: "reset",
  },
};

/** Answers `/odd` as it is told, and all else well. */
function serve({ text, closes }: Pick<Ending, "text" | "closes">): Promise<TestServer> {
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  return serveTls(certificate, (socket) => {
    socket.on("data", (data: Uint8Array) => {
      const isOdd = new TextDecoder().decode(data).startsWith("POST /odd ");
      if (!isOdd) socket.write(OK);
      else if (closes) socket.end(bytes);
      else socket.write(bytes);
    });
  });
}

for (const [what, ending] of Object.entries(ENDINGS)) {
  Deno.test(`fetch() fails when a server ${what}, as often as it does, and the next request works`, async () => {
    await using server = await serve(ending);
    using transport = openPinned(certificate, { maxConnections: 2 });
    const odd = new URL("/odd", server.url);
    const errors = await Promise.all(Array.from({ length: 8 }, () =>
      assertRejects(async () => {
        const response = await transport.fetch(odd, request({ method: "POST", body: "a=1" }));
        await response.text();
      }, TransportError)));
    for (const { failure, details } of errors) {
      assertEquals([failure, details.maybeSent], [ending.failure, true]);
    }
    assertEquals(await (await transport.fetch(server.url, request())).text(), "{}");
  });
}

for (const status of ["100 Continue", "102 Processing", "103 Early Hints", "199 What"]) {
  Deno.test(`fetch() waits for the answer that follows ${status}, and not for ever`, async () => {
    const interim = `HTTP/1.1 ${status}\r\n\r\n`;
    using transport = openPinned(certificate, { maxConnections: 2 });
    await using answers = await serve({ text: interim + OK });
    const odd = (server: TestServer): URL => new URL("/odd", server.url);
    const response = await transport.fetch(odd(answers), request({ method: "POST" }));
    assertEquals([response.status, await response.text()], [200, "{}"]);

    const timeout = new AbortController();
    await using waits = await serveTls(certificate, (socket) => {
      socket.on("data", (data: Uint8Array) => {
        if (new TextDecoder().decode(data).startsWith("GET ")) return void socket.write(OK);
        socket.write(interim, () => timeout.abort(new DOMException("Too slow", "TimeoutError")));
      });
    });
    const { signal } = timeout;
    const calls = Array.from({ length: 8 }, () =>
      assertRejects(
        () => transport.fetch(odd(waits), request({ method: "POST", signal })),
        TransportError,
      ));
    for (const { failure } of await Promise.all(calls)) assertEquals(failure, "timeout");
    assertEquals(await (await transport.fetch(waits.url, request())).text(), "{}");
  });
}
