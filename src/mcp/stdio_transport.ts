/**
 * MCP over the process's own input and output, one JSON-RPC message a line. Deno's streams of bytes
 * are used as they are: Node's take longer to load than the rest of the start together.
 *
 * @module
 */
import { KIB, MIB } from "../base/byte_units.ts";
import { deserializeMessage, type McpMessage, type McpTransport, serializeMessage } from "./sdk.ts";

/** Where messages come from. */
export interface ByteSource {
  read(into: Uint8Array<ArrayBuffer>): Promise<number | null>;
}

/** Where messages go. */
export interface ByteSink {
  write(bytes: Uint8Array<ArrayBuffer>): Promise<number>;
}

/** Most characters of one message. */
const MAX_LINE_CHARACTERS = 10 * MIB;
const CHUNK_BYTES = 64 * KIB;

/** An MCP transport over bytes. */
export class StdioTransport implements McpTransport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: McpMessage) => void;
  /** Resolves when the input has ended, or the output takes nothing more. */
  readonly ended: Promise<void>;
  readonly #end: () => void;
  #sent: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(
    private readonly source: ByteSource = Deno.stdin,
    private readonly sink: ByteSink = Deno.stdout,
  ) {
    ({ promise: this.ended, resolve: this.#end } = Promise.withResolvers<void>());
  }

  /** Starts reading. */
  start(): Promise<void> {
    void this.#readAll().catch((error) => this.#fail(error)).finally(this.#end);
    return Promise.resolve();
  }

  /** Sends a message after those sent before; resolves when it is written. */
  send(message: McpMessage): Promise<void> {
    const bytes = new TextEncoder().encode(serializeMessage(message));
    this.#sent = this.#sent.then(() => this.#write(bytes)).catch(() => this.#end());
    return this.#sent;
  }

  /** Stops receiving messages, when those that were sent are written. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#sent;
    this.onclose?.();
  }

  #fail(error: unknown): void {
    this.onerror?.(error instanceof Error ? error : new Error(String(error)));
  }

  async #write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    let rest = bytes;
    while (rest.length > 0) rest = rest.subarray(await this.sink.write(rest));
  }

  async #readAll(): Promise<void> {
    const decoder = new TextDecoder();
    const chunk = new Uint8Array(CHUNK_BYTES);
    let incomplete = "";
    while (!this.#closed) {
      const count = await this.source.read(chunk);
      if (count === null) return;
      const [first = "", ...others] = decoder.decode(chunk.subarray(0, count), { stream: true })
        .split("\n");
      const lines = [incomplete + first, ...others];
      incomplete = lines.pop() ?? "";
      for (const line of lines) this.#receive(line);
      if (incomplete.length > MAX_LINE_CHARACTERS) {
        throw new RangeError(`Expected messages of at most ${MAX_LINE_CHARACTERS} characters`);
      }
    }
  }

  #receive(line: string): void {
    if (this.#closed || line.trim() === "") return;
    try {
      this.onmessage?.(deserializeMessage(line));
    } catch (error) {
      this.#fail(error);
    }
  }
}
