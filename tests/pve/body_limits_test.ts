/** An answer that would take all memory is refused while it comes, and says how to ask for less. */
import { Buffer } from "node:buffer";
import type { ServerResponse } from "node:http";
import { constants, createGzip, gzipSync } from "node:zlib";
import { download } from "../../src/pve/bytes.ts";
import { PveClient, readAnswer } from "../../src/pve/client.ts";
import { NotPveError } from "../../src/pve/errors.ts";
import { tokenCredentials } from "../../src/pve/credentials.ts";
import { systemClock } from "../../src/base/async/clock.ts";
import { TransportError } from "../../src/pve/transport/transport.ts";
import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "../assert.ts";
import { openPinned } from "./transport/open_transport.ts";
import { selfSigned, serveHttps } from "./transport/tls_server.ts";

const MIB = 1 << 20;
const certificate = await selfSigned();
const TASKS = { operation: "GET /nodes/{node}/tasks", args: {} } as const;

/** Some 290 kB that stand for 290 MiB. */
const BOMB = gzipSync(Buffer.alloc(290 * MIB, "x"), { level: constants.Z_BEST_COMPRESSION });

function sendPacked(response: ServerResponse, body: Uint8Array): void {
  response.writeHead(200, { "Content-Encoding": "gzip", "Content-Length": body.length });
  response.end(body);
}

async function readInChild(
  send: (response: ServerResponse) => void,
): Promise<{ readonly told: string; readonly grown: number }> {
  await using server = await serveHttps(certificate, (incoming, response) => {
    if (incoming.url === "/small") return void response.end('{"data":1}');
    send(response);
  });
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-check", "--quiet", "--no-prompt", "--allow-read", "--allow-env"],
      ...["--allow-net=127.0.0.1", "--allow-sys"],
      new URL("./bomb_reader.ts", import.meta.url).href,
      ...[server.url.href, certificate.fingerprint],
    ],
  }).output();
  const text = new TextDecoder().decode(stdout);
  assert(text !== "", new TextDecoder().decode(stderr));
  return JSON.parse(text);
}

Deno.test("a bomb of gzip is refused at its start, and takes little memory", async () => {
  const { told, grown } = await readInChild((response) => sendPacked(response, BOMB));
  assertMatch(told, /^protocol: The answer is packed more than 200 to 1, which is more than/);
  assertStringIncludes(told, "Ask for less of GET /nodes/{node}/tasks: ");
  assertMatch(told, / limit=.* since=/);
  assert(grown < 100 * MIB, `took ${Math.round(grown / MIB)} MiB`);
});

for (
  const [what, part, words, most] of [
    ["of one text", "text", "is longer than 64 MiB", 400],
    ["of values", "[1],", "has more than 1,000,000 values", 100],
  ] as const
) {
  Deno.test(`an answer ${what} without end is refused while it comes`, async () => {
    const { told, grown } = await readInChild((response) => {
      response.write('"');
      if (part !== "text") response.write('"');
      const chunk = Buffer.alloc(MIB, part);
      const write = (): void => {
        while (response.write(chunk));
        response.once("drain", write);
      };
      write();
    });
    assertStringIncludes(told, `protocol: The answer ${words}, which is more than`);
    assert(grown < most * MIB, `took ${Math.round(grown / MIB)} MiB`);
  });
}

Deno.test("what is packed well, but within bounds, is read", async () => {
  const lines = Array.from({ length: 40_000 }, (_, n) => ({ n, t: "a line of a log like others" }));
  const { told } = await readInChild((response) =>
    sendPacked(response, gzipSync(JSON.stringify({ data: lines })))
  );
  assertEquals(JSON.parse(told), lines);
});

Deno.test("a download may be of any length and packed as it likes", async () => {
  await using server = await serveHttps(certificate, (_incoming, response) => {
    response.writeHead(200, { "Content-Encoding": "gzip" });
    const gzip = createGzip();
    gzip.pipe(response);
    for (let written = 0; written < 80; written++) gzip.write(Buffer.alloc(MIB));
    gzip.end();
  });
  using transport = openPinned(certificate);
  const pve = new PveClient({
    ...{ host: server.url, transport },
    credentials: tokenCredentials({ id: "a@pve!b", secret: "secret" }),
    ...{ timeoutSeconds: 60, rateLimit: 0, clock: systemClock },
  });
  let size = 0;
  await download(
    pve,
    "GET /nodes/{node}/storage/{storage}/file-restore/download",
    { node: "pve1", storage: "pbs", volume: "backup/a", filepath: "Lw==" },
    {},
    async (bytes) => {
      for await (const chunk of bytes) size += chunk.length;
    },
  );
  assertEquals(size, 80 * MIB);
});

for (
  const [what, text, words] of [
    ["nested too deep", "[".repeat(50_000), "is nested more than 100 deep"],
    ["of too many values", `{"data":[${"{},".repeat(600_000)}{}]}`, "more than 1,000,000 values"],
  ] as const
) {
  Deno.test(`an answer ${what} is refused before it is parsed`, async () => {
    const error = await assertRejects(
      () => readAnswer(TASKS, new Response(text)),
      TransportError,
      words,
    );
    assertStringIncludes(error.details.hint ?? "", "limit=");
  });
}

/** In chunks of so many bytes. */
function inChunks(text: string, size: number): Response {
  const bytes = new TextEncoder().encode(text);
  const count = Math.ceil(bytes.length / size);
  return new Response(ReadableStream.from(
    Array.from({ length: count }, (_, index) => bytes.slice(index * size, (index + 1) * size)),
  ));
}

for (const size of [1, 2, 3, 5, 64, 10_000_000]) {
  const times = size < 64 ? 300 : 300_000;
  Deno.test(`brackets and commas in texts are no values, in chunks of ${size} bytes`, async () => {
    const data = [`"\\[{,é`.repeat(times), "\\", `"\\\\`, "[".repeat(101)];
    assertEquals((await readAnswer(TASKS, inChunks(JSON.stringify({ data }), size))).data, data);
  });
  Deno.test(`what follows a text is counted, in chunks of ${size} bytes`, async () => {
    for (const text of [`"\\\\"`, `"\\""`, `"é"`, `""`]) {
      const deep = (depth: number): string => `{"data":[${text},${"[".repeat(depth)}]`;
      await assertRejects(
        () => readAnswer(TASKS, inChunks(deep(99), size)),
        TransportError,
        "is nested more than 100 deep",
      );
      await assertRejects(() => readAnswer(TASKS, inChunks(deep(98), size)), NotPveError);
    }
  });
}

Deno.test("a byte order mark is taken off the start alone, in chunks of any size", async () => {
  const data = ["before", "\ufeffwithin\ufeff"];
  const text = JSON.stringify({ data });
  for (const sent of [text, `\ufeff${text}`]) {
    for (const size of [1, 2, 3, 4, 5, 100]) {
      assertEquals((await readAnswer(TASKS, inChunks(sent, size))).data, data);
    }
  }
});

Deno.test("the error of an operation without such a parameter says so", async () => {
  const attempt = { operation: "GET /nodes", args: {} } as const;
  const error = await assertRejects(
    () => readAnswer(attempt, new Response("[".repeat(200))),
    TransportError,
  );
  assertStringIncludes(error.details.hint ?? "", "GET /nodes has no parameter to ask for less");
});
