/** A client that leaves its answers unread: requests wait, and what is no request does not. */
import type { McpMessage } from "../../src/mcp/sdk.ts";
import { StdioTransport } from "../../src/mcp/stdio_transport.ts";
import { assert, assertEquals } from "../assert.ts";

const ANSWER_CHARACTERS = 200_000;

/** A transport between a client that reads or does not, and a server that answers or does not. */
class Pipe {
  readonly begun: unknown[] = [];
  readonly others: unknown[] = [];
  readonly written: string[] = [];
  readonly transport: StdioTransport;
  readonly #lines = new TransformStream<Uint8Array, Uint8Array>(undefined, {
    highWaterMark: Infinity,
  });
  readonly #writer = this.#lines.writable.getWriter();
  readonly #waiting = new Map<number, () => void>();
  readonly #reading = Promise.withResolvers<void>();

  constructor({ answers = true } = {}) {
    const reader = this.#lines.readable.getReader();
    let rest = new Uint8Array();
    this.transport = new StdioTransport({
      read: async (into) => {
        if (rest.length === 0) rest = new Uint8Array((await reader.read()).value ?? []);
        if (rest.length === 0) return null;
        const count = Math.min(into.length, rest.length);
        into.set(rest.subarray(0, count));
        rest = rest.subarray(count);
        return count;
      },
    }, {
      write: async (bytes) => {
        await this.#reading.promise;
        this.written.push(new TextDecoder().decode(bytes.subarray(0, 100)));
        return bytes.length;
      },
    });
    this.transport.onmessage = (message) => {
      if (!("method" in message && "id" in message)) return void this.others.push(message);
      this.begun.push(message.id);
      this.#waiting.get(this.begun.length)?.();
      if (answers) void this.answer(message.id);
    };
  }

  answer(id: string | number): Promise<void> {
    const result = { text: "x".repeat(ANSWER_CHARACTERS) };
    return this.transport.send({ jsonrpc: "2.0", id, result });
  }

  async say(...messages: readonly object[]): Promise<void> {
    const text = messages.map((message) => JSON.stringify({ jsonrpc: "2.0", ...message }) + "\n");
    await this.#writer.write(new TextEncoder().encode(text.join("")));
  }

  /** Resolves when so many requests are begun; to be called before they are. */
  hasBegun(count: number): Promise<void> {
    return new Promise((resolve) => this.#waiting.set(count, resolve));
  }

  /** The client reads on, for ever. */
  read(): void {
    this.#reading.resolve();
  }

  /** Ends the input; resolves when that is noticed. */
  async end(): Promise<void> {
    await this.#writer.close();
    await this.transport.ended;
  }
}

const MANY = 3_000;

function requests(count: number): object[] {
  return Array.from({ length: count }, (_, id) => ({ id, method: "tools/list" }));
}

function cancel(requestId: number): object {
  return { method: "notifications/cancelled", params: { requestId } };
}

Deno.test("StdioTransport begins no more requests while a client reads nothing, and all when it does", async () => {
  const pipe = new Pipe();
  await pipe.transport.start();
  await pipe.say(...requests(MANY));
  await pipe.end(); // It is noticed, with all that has arrived before it.
  assert(pipe.begun.length > 0 && pipe.begun.length < 10, `${pipe.begun.length} were begun`);
  pipe.read();
  await pipe.transport.allBegun();
  await pipe.transport.close();
  assertEquals(pipe.begun, Array.from({ length: MANY }, (_, id) => id));
  assertEquals(pipe.written.length, MANY);
});

Deno.test("StdioTransport lets through what cancels a request: one that waits is never begun", async () => {
  const pipe = new Pipe();
  await pipe.transport.start();
  await pipe.say(...requests(100), cancel(0), cancel(99), { id: "question", result: {} });
  await pipe.end();
  assert(pipe.begun.length < 10);
  assertEquals(pipe.others.length, 3);
  pipe.read();
  await pipe.transport.allBegun();
  assertEquals(pipe.begun, Array.from({ length: 99 }, (_, id) => id));
});

Deno.test("StdioTransport bounds how many requests are open, whatever their answers will be", async () => {
  const pipe = new Pipe({ answers: false });
  await pipe.transport.start();
  pipe.read();
  const all = pipe.hasBegun(1024);
  await pipe.say(...requests(MANY));
  await pipe.end();
  await all;
  const next = pipe.hasBegun(1025);
  assertEquals(pipe.begun.length, 1024);
  await pipe.answer(5);
  await next;
  assertEquals(pipe.begun.length, 1025);
  await pipe.transport.close();
});

Deno.test("StdioTransport leaves progress out while a client reads nothing", async () => {
  const pipe = new Pipe();
  await pipe.transport.start();
  const progress = { jsonrpc: "2.0", method: "notifications/progress" } as McpMessage;
  const last = Array.from({ length: 20 }, (_, id) => pipe.answer(id)).pop();
  for (let index = 0; index < 1000; index++) await pipe.transport.send(progress);
  pipe.read();
  await last;
  await pipe.transport.send(progress);
  assertEquals(pipe.written.filter((text) => text.includes("progress")).length, 1);
});

Deno.test("StdioTransport answers garbage no faster than a client reads", async () => {
  const pipe = new Pipe();
  await pipe.transport.start();
  await pipe.say(...requests(20));
  const heard: string[] = [];
  pipe.transport.onerror = (error) => void heard.push(error.message);
  await pipe.say(...Array<object>(100).fill({ jsonrpc: "1.0" }));
  await pipe.end();
  assertEquals(heard.length, 100);
  pipe.read();
  await pipe.transport.allBegun();
  await pipe.transport.close();
  assertEquals(pipe.written.length, 120);
});
