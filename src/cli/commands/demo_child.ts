/**
 * Starts the server as a child process over stdio, as a client would, for `demo`.
 *
 * @module
 */
import { type ByteSink, type ByteSource, StdioTransport } from "../../mcp/stdio_transport.ts";

/** What Deno itself needs of the environment to find its cache. */
const INHERITED = ["PATH", "HOME", "USERPROFILE", "LOCALAPPDATA", "DENO_DIR", "SYSTEMROOT"];

function inherited(): Record<string, string> {
  return Object.fromEntries(INHERITED.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  }));
}

function sourceOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): ByteSource {
  const reader = stream.getReader({ mode: "byob" });
  return {
    read: async (into) => {
      const { value } = await reader.read(new Uint8Array(into.length));
      if (value === undefined || value.length === 0) return null;
      into.set(value);
      return value.length;
    },
  };
}

function sinkOf(writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>): ByteSink {
  return {
    write: async (bytes) => {
      await writer.write(bytes);
      return bytes.length;
    },
  };
}

/** What is shown. */
export interface DemoServer {
  /** Changes are allowed. */
  readonly elevated: boolean;
  /** Several clusters in place of one. */
  readonly clusters: boolean;
}

function start({ elevated, clusters }: DemoServer): Deno.ChildProcess {
  const permissions = ["--no-prompt", "--allow-env=PROXMOX_*", "--ignore-env"];
  return new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", ...permissions, Deno.mainModule, "serve", "--demo"],
      ...(clusters ? ["--clusters"] : []),
    ],
    env: { ...inherited(), PROXMOX_ALLOW_ELEVATED: String(elevated) },
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

/** A transport to a server over the embedded Proxmox VE that is started for it. */
export class ChildTransport extends StdioTransport {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;

  constructor(server: DemoServer) {
    const child = start(server);
    const writer = child.stdin.getWriter();
    super(sourceOf(child.stdout), sinkOf(writer));
    this.#child = child;
    this.#writer = writer;
    void this.ended.then(() => this.onclose?.());
  }

  /** Ends the server's input, and waits for its end. */
  override async close(): Promise<void> {
    await super.close();
    await this.#writer.close();
    await this.#child.status;
  }
}
