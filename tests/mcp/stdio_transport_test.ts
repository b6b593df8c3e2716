import { KIB } from "../../src/base/byte_units.ts";
import { StdioTransport } from "../../src/mcp/stdio_transport.ts";
import { assertEquals, assertMatch } from "../assert.ts";

const encoder = new TextEncoder();

/** A transport that reads the given chunks, and what came of it when they ended. */
async function receivedOf(...chunks: readonly (string | Uint8Array)[]): Promise<{
  readonly messages: readonly unknown[];
  readonly errors: readonly string[];
  readonly answers: readonly unknown[];
}> {
  const left = chunks.map((chunk) => typeof chunk === "string" ? encoder.encode(chunk) : chunk);
  const transport = new StdioTransport({
    read: (into) => {
      const next = left.shift();
      if (next) into.set(next);
      return Promise.resolve(next?.length ?? null);
    },
  }, {
    write: (bytes) => {
      answers.push(JSON.parse(new TextDecoder().decode(bytes)));
      return Promise.resolve(bytes.length);
    },
  });
  const answers: unknown[] = [];
  const messages: unknown[] = [];
  const errors: string[] = [];
  transport.onmessage = (message) => void messages.push(message);
  transport.onerror = (error) => void errors.push(error.message);
  await transport.start();
  await transport.ended;
  await transport.allBegun();
  await transport.close();
  return { messages, errors, answers };
}

const ping = (id: number | string): object => ({ jsonrpc: "2.0", id, method: "ping" });
const line = (message: object): string => JSON.stringify(message) + "\n";

Deno.test("StdioTransport receives messages however they are cut into chunks", async () => {
  const bytes = encoder.encode(line(ping("日本")) + line(ping(2)) + "\r\n" + line(ping(3)));
  for (const size of [1, 7, 50, bytes.length]) {
    const chunks = Array.from(
      { length: Math.ceil(bytes.length / size) },
      (_, index) => bytes.subarray(index * size, (index + 1) * size),
    );
    assertEquals(await receivedOf(...chunks), {
      messages: [ping("日本"), ping(2), ping(3)],
      errors: [],
      answers: [],
    });
  }
});

Deno.test("StdioTransport answers what is no message as JSON-RPC says, and goes on after it", async () => {
  const lines = [
    ["nonsense", -32700],
    ['{"jsonrpc":"2.0","id":7,"method":"ping"', -32700],
    ["\0", -32700],
    ["[]", -32600],
    ["null", -32600],
    ['{"jsonrpc":"2.0"}', -32600],
    ['{"jsonrpc":"1.0","id":7,"method":"ping"}', -32600],
  ] as const;
  const { messages, errors, answers } = await receivedOf(
    ...lines.map(([text]) => text + "\n"),
    line(ping(1)),
  );
  assertEquals(messages, [ping(1)]);
  assertEquals(errors.length, lines.length);
  const told = (answers as { readonly id: null; readonly error: { readonly code: number } }[])
    .map(({ id, error }) => [id, error.code]);
  assertEquals(told, lines.map(([, code]) => [null, code]));
});

Deno.test("StdioTransport gives up on a message without an end", async () => {
  const chunk = "x".repeat(64 * KIB);
  const { errors } = await receivedOf(...Array<string>(161).fill(chunk), "\n", line(ping(1)));
  assertMatch(errors.join(), /^Expected messages of at most 10485760 characters$/);
});

Deno.test("StdioTransport writes whole messages in their order, and all before it closes", async () => {
  let written = "";
  const transport = new StdioTransport({ read: () => new Promise(() => {}) }, {
    write: (bytes) => {
      const part = bytes.subarray(0, 5);
      written += new TextDecoder().decode(part);
      return Promise.resolve(part.length);
    },
  });
  void transport.send(ping(1) as never);
  void transport.send(ping(2) as never);
  await transport.close();
  assertEquals(written, line(ping(1)) + line(ping(2)));
});

Deno.test("StdioTransport ends when nobody reads what it writes", async () => {
  const transport = new StdioTransport({ read: () => new Promise(() => {}) }, {
    write: () => Promise.reject(new Deno.errors.BrokenPipe()),
  });
  await transport.send(ping(1) as never);
  await transport.ended;
});
