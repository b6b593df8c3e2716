/**
 * What calls cost over bare requests for the same answers, and what many at once hold. The whole way
 * is measured: a line of JSON-RPC to the bundle, HTTPS to a server of canned answers, and back.
 *
 * @module
 */
import { Canned } from "./canned.ts";
import { hostileLine } from "./hostile.ts";
import { amount, type Line, overhead, ratio } from "./line.ts";
import { McpProcess, type Result } from "./mcp_process.ts";
import { medians } from "./measure.ts";
import { BUNDLE, strictDeno } from "./program.ts";

const SMALL = { tool: "proxmox_get_next_vmid", path: "/api2/json/cluster/nextid", text: "104" };
const LARGE = { tool: "proxmox_guest_list", path: "/api2/json/cluster/resources", text: "10,000" };
const SMALL_RUNS = 1_000;
const LARGE_RUNS = 25;
const MANY = 1_000;
const MAX_CONNECTIONS = 8;

interface Ask {
  readonly tool: string;
  readonly path: string;
  /** What the text of a right answer holds. */
  readonly text: string;
}

function textOf(result: Result): string {
  const [block] = result.content as readonly { readonly text?: string }[];
  return block?.text ?? "";
}

/** Calls a tool, and makes sure that it answers as it should. */
async function ask(server: McpProcess, { tool, text }: Ask): Promise<void> {
  const result = await server.call(tool);
  if (result.isError !== true && textOf(result).includes(text)) return;
  throw new Error(`${tool} answered wrongly: ${textOf(result)}`);
}

async function smallLine(server: McpProcess, canned: Canned): Promise<Line> {
  const before = (await canned.tell("stats")).requests;
  const warm = 200;
  const [ours = NaN, baseline = NaN, bare = NaN] = await medians(SMALL_RUNS, [
    () => ask(server, SMALL),
    async () => JSON.parse(await canned.fetch(SMALL.path)),
    async () => JSON.parse(await canned.request(SMALL.path)),
  ], { before: warm });
  const made = (await canned.tell("stats")).requests - before;
  if (made !== SMALL_RUNS + warm) throw new Error(`Expected one request a call, saw ${made}`);
  const line = overhead({
    what: "A small call, against a bare fetch of the same answer",
    ours,
    baseline,
    most: 1,
  });
  return { ...line, measured: `${line.measured}; by node:https ${bare.toFixed(2)} ms` };
}

async function largeLine(server: McpProcess, canned: Canned): Promise<Line> {
  const [ours = NaN, baseline = NaN] = await medians(LARGE_RUNS, [
    () => ask(server, LARGE),
    async () => JSON.parse(await canned.fetch(LARGE.path)),
  ], { before: 3 });
  const what = "A list of 10,000 guests, against fetching and parsing it";
  return ratio({ what, ours, baseline, most: 3 });
}

/**
 * What many calls take while Proxmox VE lets them wait, and once they are answered, more than a
 * server has that did as many in turn.
 */
async function manyLines(server: McpProcess, canned: Canned): Promise<Line[]> {
  for (let index = 0; index < MANY; index++) await ask(server, SMALL);
  const before = await server.resident();
  await canned.tell("hold");
  const calls = Array.from({ length: MANY }, () => ask(server, SMALL));
  await server.request("ping", {}); // Answered when all calls before it were read.
  while ((await canned.tell("stats")).most < MAX_CONNECTIONS) await server.request("ping", {});
  const waiting = (await server.resident()) - before;
  await canned.tell("release");
  await Promise.all(calls);
  const { most } = await canned.tell("stats");
  const answered = (await server.resident()) - before;
  const what = `${MANY.toLocaleString("en")} calls at once`;
  const memory = amount({
    what: `${what}: more memory, garbage included`,
    value: Math.max(waiting, answered),
    unit: "MiB",
    most: 30,
  });
  return [
    amount({
      what: `${what}: connections`,
      value: most,
      unit: "connections",
      most: MAX_CONNECTIONS,
    }),
    {
      ...memory,
      measured: `${waiting.toFixed(0)} MiB while all wait, ${
        answered.toFixed(0)
      } MiB when answered`,
    },
  ];
}

/** Everything about calls. */
export async function callLines(): Promise<Line[]> {
  await using canned = await Canned.start({ guests: 10_000 });
  const { host, authorityFile, env } = canned;
  const command = strictDeno(BUNDLE, [`--allow-net=${host}`, `--allow-read=${authorityFile}`]);
  const withServer = async <T>(work: (server: McpProcess) => Promise<T>): Promise<T> => {
    await using server = new McpProcess(command, env);
    await server.initialize();
    return await work(server);
  };
  return [
    await withServer((server) => smallLine(server, canned)),
    await withServer((server) => largeLine(server, canned)),
    ...await withServer((server) => manyLines(server, canned)),
    await withServer((server) => hostileLine(server, canned)),
  ];
}
