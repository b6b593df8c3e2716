/**
 * MCP over the process's own input and output, one JSON-RPC message a line. Deno's streams of bytes
 * are used as they are: Node's take longer to load than the rest of the start together.
 *
 * @module
 */
import { KIB, MIB } from "../base/byte_units.ts";
import { HeldRequests } from "./held_requests.ts";
import type { RequestId } from "./open_calls.ts";
import {
  deserializeMessage,
  ErrorCode,
  type McpMessage,
  type McpTransport,
  serializeMessage,
} from "./sdk.ts";

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
/** Bytes of answers that nobody has read, beyond which no more requests are begun. */
const MAX_UNREAD_BYTES = MIB;
/** Most requests that are being answered: what they answer may be left unread as well. */
const MAX_OPEN_REQUESTS = 1024;

/** An MCP transport over bytes. */
export class StdioTransport implements McpTransport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: McpMessage) => void;
  /** Resolves when the input has ended, or the output takes nothing more. */
  readonly ended: Promise<void>;
  readonly #end: () => void;
  readonly #held = new HeldRequests(() => !this.#closed && !this.#isBlocked);
  readonly #open = new Set<RequestId>();
  #sent: Promise<void> = Promise.resolve();
  #unreadBytes = 0;
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

  /**
   * Sends a message after those sent before; resolves when it is written. Progress is left out
   * while the client reads nothing.
   */
  send(message: McpMessage): Promise<void> {
    const id = "id" in message ? message.id : undefined;
    if (id === undefined && this.#isBlocked) return Promise.resolve();
    if (id !== undefined && !("method" in message)) this.#open.delete(id);
    return this.#sendLine(serializeMessage(message));
  }

  /** Stops receiving messages, when those that were sent are written. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#sent;
    this.onclose?.();
  }

  /** Resolves when all requests that have arrived are begun. */
  allBegun(): Promise<void> {
    return this.#held.isEmpty();
  }

  get #isBlocked(): boolean {
    return this.#unreadBytes > MAX_UNREAD_BYTES || this.#open.size >= MAX_OPEN_REQUESTS;
  }

  #fail(error: unknown): void {
    this.onerror?.(error instanceof Error ? error : new Error(String(error)));
  }

  #sendLine(line: string): Promise<void> {
    const bytes = new TextEncoder().encode(line);
    this.#unreadBytes += bytes.length;
    this.#sent = this.#sent.then(() => this.#write(bytes)).catch(() => this.#giveUp())
      .finally(() => {
        this.#unreadBytes -= bytes.length;
        this.#held.goOn();
      });
    return this.#sent;
  }

  async #write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    let rest = bytes;
    while (rest.length > 0) rest = rest.subarray(await this.sink.write(rest));
  }

  /** Nobody is there to read an answer. */
  #giveUp(): void {
    this.#held.clear();
    this.#end();
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
      await this.#held.hasRoom();
    }
  }

  #receive(line: string): void {
    if (this.#closed || line.trim() === "") return;
    const characters = line.length;
    let message: McpMessage;
    try {
      message = deserializeMessage(line);
    } catch (error) {
      this.#fail(error);
      const deliver = (): void => void this.#sendLine(refusalOf(error));
      this.#held.add({ id: undefined, characters, deliver });
      return;
    }
    const { id } = message as { readonly id?: RequestId };
    if (id !== undefined && "method" in message) {
      const deliver = (): void => {
        this.#open.add(id);
        this.#deliver(message);
      };
      this.#held.add({ id, characters, deliver });
      return;
    }
    const cancelled = cancelledId(message);
    if (cancelled !== undefined) {
      this.#held.remove(cancelled);
      this.#open.delete(cancelled); // It is not answered.
    }
    this.#deliver(message);
  }

  #deliver(message: McpMessage): void {
    try {
      this.onmessage?.(message);
    } catch (error) {
      this.#fail(error);
    }
  }
}

/** What is answered to a line that is no message. */
function refusalOf(error: unknown): string {
  const [code, message] = error instanceof SyntaxError
    ? [ErrorCode.ParseError, "Parse error: the line is not JSON"]
    : [ErrorCode.InvalidRequest, "Invalid Request: the line is no message of JSON-RPC 2.0"];
  return JSON.stringify({ jsonrpc: "2.0", id: null, error: { code, message } }) + "\n";
}

/** The request that a message cancels. */
function cancelledId(message: McpMessage): RequestId | undefined {
  if (!("method" in message) || message.method !== "notifications/cancelled") return undefined;
  return (message.params as { readonly requestId?: RequestId } | undefined)?.requestId;
}
