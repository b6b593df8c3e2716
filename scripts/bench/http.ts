/**
 * What a team's clients cost over HTTP, in sessions and without, beside as many calls at once over
 * stdio: how long their calls take, and what memory a session holds.
 *
 * @module
 */
import { whileServing } from "../served.ts";
import { anotherSmall, ask, SMALL } from "./asks.ts";
import { Canned } from "./canned.ts";
import { amount, type Line, ratio } from "./line.ts";
import { McpProcess } from "./mcp_process.ts";
import { percentile, residentMiB } from "./measure.ts";
import { BUNDLE, strictDeno } from "./program.ts";

const CLIENTS = 150;
const CALLS = 50;
/** One session has no more requests open. */
const AT_ONCE = 100;
/** Each way is measured this often, in turn with the others. */
const ROUNDS = 5;
const SESSION_REVISION = "2025-11-25";
const LONE_REVISION = "2026-07-28";
const CLIENT = { name: "bench", version: "1" };

type Headers = Readonly<Record<string, string>>;
type Call = () => Promise<unknown>;

/** Connections are kept, as clients keep theirs: no time is that of a handshake. */
const kept = Deno.createHttpClient({ poolMaxIdlePerHost: CLIENTS });

async function post(url: string, message: object, headers: Headers): Promise<Response> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json, text/event-stream",
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: "2.0", ...message }),
    client: kept,
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response;
}

let lastId = 1;

async function callOverHttp(url: string, more: object, headers: Headers): Promise<void> {
  const { tool, args, text: expected } = anotherSmall();
  const params = { name: tool, arguments: args, ...more };
  const response = await post(url, { id: ++lastId, method: "tools/call", params }, headers);
  const text = await response.text();
  if (!text.includes(expected)) throw new Error(`A wrong answer: ${text}`);
}

/** A client with a session, which has looked at the tools as clients do. */
async function inSession(url: string): Promise<Call> {
  const params = { protocolVersion: SESSION_REVISION, capabilities: {}, clientInfo: CLIENT };
  const begun = await post(url, { id: 0, method: "initialize", params }, {});
  await begun.text();
  const headers = {
    "Mcp-Session-Id": begun.headers.get("mcp-session-id") ?? "",
    "MCP-Protocol-Version": SESSION_REVISION,
  };
  await (await post(url, { method: "notifications/initialized" }, headers)).text();
  await (await post(url, { id: 1, method: "tools/list" }, headers)).text();
  return () => callOverHttp(url, {}, headers);
}

/** A client without one. */
function withoutSession(url: string): Call {
  const headers = {
    "MCP-Protocol-Version": LONE_REVISION,
    "Mcp-Method": "tools/call",
    "Mcp-Name": SMALL.tool,
  };
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": LONE_REVISION,
    "io.modelcontextprotocol/clientInfo": CLIENT,
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  return () => callOverHttp(url, { _meta }, headers);
}

/** Milliseconds of calls that all clients make at once, each its own in turn. */
async function times(calls: readonly Call[], each: number): Promise<number[]> {
  const all = await Promise.all(calls.map(async (call) => {
    const own: number[] = [];
    for (let count = 0; count < each; count++) {
      const began = performance.now();
      await call();
      own.push(performance.now() - began);
    }
    return own;
  }));
  return all.flat();
}

function repeated<T>(value: T, length = CLIENTS): T[] {
  return Array.from({ length }, () => value);
}

/** How long calls take over HTTP, against as many over stdio. */
async function timeLines(
  stdio: McpProcess,
  url: string,
  sessions: readonly Call[],
): Promise<Line[]> {
  const ways = {
    stdio: repeated<Call>(() => ask(stdio, anotherSmall())),
    [`${CLIENTS} sessions`]: sessions,
    [`${CLIENTS} clients without sessions`]: repeated(withoutSession(url)),
  };
  const found: Record<string, number[]> = {};
  for (let round = -1; round < ROUNDS; round++) {
    for (const [way, calls] of Object.entries(ways)) {
      const measured = await times(calls, CALLS / ROUNDS);
      if (round >= 0) (found[way] ??= []).push(...measured);
    }
  }
  const { stdio: baseline = [], ...over } = found;
  return Object.entries(over).flatMap(([way, measured]) =>
    ([[50, 4], [99, 3]] as const).map(([percent, most]) =>
      ratio({
        what: `${way} × ${CALLS} calls over HTTP, against as many at once over stdio: p${percent}`,
        ours: percentile(measured, percent),
        baseline: percentile(baseline, percent),
        most,
      })
    )
  );
}

/** What a session holds, beyond what a server has that answered as many calls in one. */
async function memoryLine(url: string, pid: number, sessions: Call[]): Promise<Line> {
  const first = await inSession(url);
  await times(repeated(first, AT_ONCE), CALLS * CLIENTS / AT_ONCE);
  const before = await residentMiB(pid);
  for (let count = 0; count < CLIENTS; count++) sessions.push(await inSession(url));
  await times(sessions, CALLS);
  const after = await residentMiB(pid);
  return {
    ...amount({
      what: `${CLIENTS} sessions over HTTP: more memory for each, garbage included`,
      value: Math.max(0, (after - before) * 1024 / CLIENTS),
      unit: "KiB",
      most: 300,
    }),
    measured: `${after.toFixed(0)} MiB, ${before.toFixed(0)} MiB with one session`,
  };
}

/** Everything about HTTP. */
export async function httpLines(): Promise<Line[]> {
  await using canned = await Canned.start();
  const { host, authorityFile, env } = canned;
  const read = `--allow-read=${authorityFile}`;
  const [command = "", ...args] = strictDeno(BUNDLE, ["--allow-net=127.0.0.1", read]);
  const serve = ["serve", "--http", "127.0.0.1:0", "--without-token"];
  const lines: Line[] = [];
  await whileServing({ command, args: [...args, ...serve], env }, async (url, pid) => {
    await using stdio = new McpProcess(strictDeno(BUNDLE, [`--allow-net=${host}`, read]), env);
    await stdio.initialize();
    const sessions: Call[] = [];
    lines.push(await memoryLine(url, pid, sessions));
    lines.push(...await timeLines(stdio, url, sessions));
  });
  return lines;
}
