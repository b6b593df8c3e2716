/**
 * An MCP server as a client runs it: a process that speaks JSON-RPC over stdio.
 *
 * @module
 */
import { descriptorsOf, residentMiB } from "./measure.ts";

/** The result of a request. */
export type Result = Readonly<Record<string, unknown>>;

interface Answer {
  readonly id?: number;
  readonly result?: Result;
  readonly error?: { readonly message: string };
}

const INITIALIZE = {
  protocolVersion: "2025-06-18",
  capabilities: {},
  clientInfo: { name: "bench", version: "1" },
};
const ANSWER_MS = 60_000;
const END_MS = 3_000;
const encoder = new TextEncoder();

function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`${what} took more than ${ms} ms`)), ms);
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** A running server. */
export class McpProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #waiting = new Map<number, PromiseWithResolvers<Result>>();
  #next = 0;

  constructor(
    private readonly command: readonly string[],
    env: Readonly<Record<string, string>>,
  ) {
    const [program = "", ...args] = command;
    this.#child = new Deno.Command(program, {
      args,
      env: { ...env },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    void this.#read();
  }

  async #read(): Promise<void> {
    let rest = "";
    for await (const chunk of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      const [end = "", ...lines] = chunk.split("\n");
      rest += end;
      for (const line of lines) {
        this.#receive(rest);
        rest = line;
      }
    }
    const gone = new Error(`"${this.command.join(" ")}" has ended`);
    for (const waiting of this.#waiting.values()) waiting.reject(gone);
  }

  #receive(line: string): void {
    if (!line.startsWith("{")) return;
    const { id = -1, result, error } = JSON.parse(line) as Answer;
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (result) waiting?.resolve(result);
    else waiting?.reject(new Error(error?.message ?? "An answer without a result"));
  }

  #send(message: object): void {
    const line = JSON.stringify({ jsonrpc: "2.0", ...message }) + "\n";
    this.#writer.write(encoder.encode(line)).catch(() => undefined); // It has ended: see #read.
  }

  /** Sends a request; rejects when it answers with an error, or not at all. */
  request(method: string, params: object): Promise<Result> {
    const id = this.#next++;
    const waiting = Promise.withResolvers<Result>();
    this.#waiting.set(id, waiting);
    this.#send({ id, method, params });
    return within(ANSWER_MS, method, waiting.promise);
  }

  /** The handshake; answers what the server said of itself. */
  async initialize(): Promise<Result> {
    const result = await this.request("initialize", INITIALIZE);
    this.#send({ method: "notifications/initialized" });
    return result;
  }

  /** Calls a tool. */
  call(name: string, args: object = {}): Promise<Result> {
    return this.request("tools/call", { name, arguments: args });
  }

  /** Resident MiB, that of processes it started included. */
  resident(): Promise<number> {
    return residentMiB(this.#child.pid);
  }

  /** Open files and connections; NaN where that cannot be told. */
  descriptors(): Promise<number> {
    return descriptorsOf(this.#child.pid);
  }

  /** Ends its input, and waits for its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close().catch(() => undefined);
    await within(END_MS, "The end", this.#child.status).catch(() => this.#child.kill("SIGKILL"));
    await this.#child.status;
  }
}
