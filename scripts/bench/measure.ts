/**
 * Measuring: medians, memory of a process, the time until a server answers.
 *
 * @module
 */

/** The middle of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Milliseconds of one run of `work`. */
export async function timed(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Median milliseconds of several runs, after one that does not count. */
export async function medianTime(runs: number, work: () => unknown): Promise<number> {
  await work();
  const times: number[] = [];
  for (let run = 0; run < runs; run++) times.push(await timed(work));
  return median(times);
}

/** Resident memory of a process in MiB; undefined where /proc is not there. */
export async function residentMiB(pid: number): Promise<number | undefined> {
  try {
    const status = await Deno.readTextFile(`/proc/${pid}/status`);
    const kib = /^VmRSS:\s+(\d+)/m.exec(status)?.[1];
    return kib === undefined ? undefined : Number(kib) / 1024;
  } catch {
    return undefined;
  }
}

const INITIALIZE = {
  jsonrpc: "2.0",
  id: 0,
  method: "initialize",
  params: {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "bench", version: "1" },
  },
};
const LIST = { jsonrpc: "2.0", id: 1, method: "tools/list", params: {} };
const INITIALIZED = { jsonrpc: "2.0", method: "notifications/initialized" };

/** What a start of an MCP server showed. */
export interface Start {
  /** Milliseconds from the start of the process to the answer to initialize. */
  readonly initialize: number;
  /** Resident MiB when idle, after the answer to tools/list. */
  readonly resident: number | undefined;
  /** The tools of its list, as JSON. */
  readonly tools: string;
  readonly instructions: string;
}

/** Reads JSON-RPC messages, one a line, until one has the id. */
async function* messagesOf(
  stdout: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<{ id?: number; result?: Record<string, unknown> }> {
  let rest = "";
  for await (const chunk of stdout.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.startsWith("{")) yield JSON.parse(line);
  }
}

/** Starts a server as a client does, and sees how long it takes and what it holds. */
export async function startServer(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Start> {
  const [program = "", ...args] = command;
  const started = performance.now();
  const child = new Deno.Command(program, {
    args,
    env,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  const send = (message: object): Promise<void> =>
    writer.write(new TextEncoder().encode(JSON.stringify(message) + "\n"));
  await send(INITIALIZE);
  const messages = messagesOf(child.stdout);
  const first = (await messages.next()).value;
  const initialize = performance.now() - started;
  await send(INITIALIZED);
  await send(LIST);
  let list: Record<string, unknown> = {};
  for await (const message of messages) {
    if (message.id !== 1) continue;
    list = message.result ?? {};
    break;
  }
  const resident = await residentMiB(child.pid);
  await writer.close().catch(() => undefined);
  child.kill("SIGTERM");
  await child.status;
  return {
    initialize,
    resident,
    tools: JSON.stringify({ tools: list.tools }),
    instructions: String(first?.result?.instructions ?? ""),
  };
}
