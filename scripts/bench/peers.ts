/**
 * Measures other MCP servers for Proxmox VE beside this one, over the same canned cluster: start,
 * memory, tools, and three calls, each against bare requests for what the call answers.
 *
 * @module
 */
import { Canned } from "./canned.ts";
import { quantity } from "./line.ts";
import { McpProcess } from "./mcp_process.ts";
import { medians } from "./measure.ts";
import { BUNDLE, strictDeno } from "./program.ts";
import { type Command, type Env, idle, idleMemory, startTimes, tokens } from "./start.ts";

/** What is asked of every server, and where the answer stands. */
const QUESTIONS = {
  guests: { title: "Guest list", path: "/api2/json/cluster/resources" },
  nodes: { title: "Node list", path: "/api2/json/nodes" },
  status: { title: "Guest status", path: "/api2/json/nodes/pve2/qemu/101/status/current" },
} as const;
type Question = keyof typeof QUESTIONS;
const NAMES = Object.keys(QUESTIONS) as Question[];
const GUESTS = 200;

/** A tool, and what it is called with. */
interface Call {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** The calls by which a server is asked; what has none is not measured. */
export type Calls = Readonly<Partial<Record<Question, Call>>>;

const OUR_CALLS: Calls = {
  guests: { tool: "proxmox_guest_list", args: {} },
  nodes: { tool: "proxmox_node", args: { action: "list" } },
  status: { tool: "proxmox_guest_status", args: { vmid: 101 } },
};

/**
 * Reads calls from JSON such as `{"nodes": ["get_nodes"], "status": ["get_vm", {"vmid": 101}]}`.
 *
 * @throws {TypeError} When it is of another form.
 */
export function parseCalls(json: string): Calls {
  const given = JSON.parse(json) as Readonly<Record<string, readonly [string, Call["args"]?]>>;
  return Object.fromEntries(
    Object.entries(given).map(([question, [tool, args = {}]]) => {
      if (Object.hasOwn(QUESTIONS, question)) return [question, { tool, args }];
      throw new TypeError(`Expected calls for ${NAMES.join(", ")}, got "${question}"`);
    }),
  );
}

/** How a server is started. */
export interface Started {
  readonly command: Command;
  readonly env: Env;
}

/**
 * Reads a command with `NAME=value` before it, as a shell does, and fills in what stands in braces:
 * `{host}`, `{port}`, `{token}`, `{ca}`.
 *
 * @throws {TypeError} When a word in braces is none of these.
 */
export function parseCommand(text: string, values: Readonly<Record<string, string>>): Started {
  const words = text.split(/\s+/).filter((word) => word !== "").map((word) =>
    word.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = values[name];
      if (value !== undefined) return value;
      throw new TypeError(`Expected {${Object.keys(values).join("}, {")}}, got "{${name}}"`);
    })
  );
  const first = words.findIndex((word) => !/^\w+=/.test(word));
  const env = words.slice(0, first).map((word) => {
    const sign = word.indexOf("=");
    return [word.slice(0, sign), word.slice(sign + 1)];
  });
  return { command: words.slice(first), env: Object.fromEntries(env) };
}

/** A server that is measured. */
export interface Peer {
  readonly name: string;
  /** See {@linkcode parseCommand}. */
  readonly command: string;
  readonly calls: Calls;
}

const OURS: Peer = {
  name: "proxmox-mcp",
  command: [
    ...["PROXMOX_HOST={host}:{port}", "PROXMOX_USER=root@pam", "PROXMOX_TOKEN_NAME=bench"],
    ...["PROXMOX_TOKEN_VALUE={token}", "PROXMOX_SSL_CA_CERT={ca}"],
    ...strictDeno(BUNDLE, ["--allow-net={host}:{port}", "--allow-read={ca}"]),
  ].join(" "),
  calls: OUR_CALLS,
};

/** What was measured of a server. */
export type PeerRow = readonly string[];
export const PEER_HEADER: readonly string[] = [
  ...["Server", "Start", "Resident", "Tools", "Tokens of tools/list"],
  ...Object.values(QUESTIONS).map(({ title }) => title),
];

/** Start, memory and tools. */
async function startCells({ command, env }: Started, runs: number): Promise<string[]> {
  const { ours, empty } = await startTimes(command, env, runs);
  const { list } = await idle(command, env);
  const { tools = [] } = list as { readonly tools?: readonly unknown[] };
  return [
    `${(ours / empty).toFixed(1)} ×`,
    quantity(await idleMemory(command, env), "MiB"),
    String(tools.length),
    String(tokens(list)),
  ];
}

/** Asks once; true when the server answered without an error. */
async function answers(server: McpProcess, { tool, args }: Call): Promise<boolean> {
  try {
    return (await server.call(tool, args)).isError !== true;
  } catch {
    return false;
  }
}

/** Medians of one question, as multiples of a bare request that took its turn among them. */
async function questionCells(
  question: Question,
  servers: readonly { readonly server: McpProcess; readonly calls: Calls }[],
  canned: Canned,
  runs: number,
): Promise<string[]> {
  const able = await Promise.all(servers.map(async ({ server, calls }) => {
    const call = calls[question];
    return call && await answers(server, call)
      ? () => server.call(call.tool, call.args)
      : undefined;
  }));
  const works = able.filter((work) => work !== undefined);
  const bare = async (): Promise<unknown> =>
    JSON.parse(await canned.request(QUESTIONS[question].path));
  const [baseline = NaN, ...times] = await medians(runs, [bare, ...works], { before: runs / 10 });
  return able.map((work, index) => {
    if (work) return `${((times[works.indexOf(work)] ?? NaN) / baseline).toFixed(1)} ×`;
    return servers[index]?.calls[question] ? "failed" : "not asked";
  });
}

/** Rows of servers: times of starts over that of an empty file, of calls over bare requests. */
export async function peerRows(
  peers: readonly Peer[],
  { starts = 5, calls: runs = 300 }: { readonly starts?: number; readonly calls?: number } = {},
): Promise<PeerRow[]> {
  await using canned = await Canned.start({ guests: GUESTS });
  const values = {
    host: "127.0.0.1",
    port: String(canned.port),
    token: "d3b07384-d113-4ec4-9f1e-5a3c1d9e0001",
    ca: canned.authorityFile,
  };
  const started = peers.map(({ command }) => parseCommand(command, values));
  const rows: string[][] = [];
  for (const [index, each] of started.entries()) {
    rows.push([peers[index]?.name ?? "", ...await startCells(each, starts)]);
  }
  await using running = new AsyncDisposableStack();
  const servers = await Promise.all(started.map(async ({ command, env }, index) => {
    const server = running.use(new McpProcess(command, env));
    await server.initialize();
    return { server, calls: peers[index]?.calls ?? {} };
  }));
  for (const question of NAMES) {
    const cells = await questionCells(question, servers, canned, runs);
    cells.forEach((cell, index) => rows[index]?.push(cell));
  }
  return rows;
}

/** This server, and others below it, each with its calls. */
export function withOurs(commands: readonly string[], calls: readonly string[]): Peer[] {
  return [
    OURS,
    ...commands.map((command, index) => ({
      name: command,
      command,
      calls: parseCalls(calls[index] ?? "{}"),
    })),
  ];
}
