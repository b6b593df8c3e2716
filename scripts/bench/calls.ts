/**
 * What calls cost over bare requests for the same answers, and what many at once hold. The whole way
 * is measured: a line of JSON-RPC to the bundle, HTTPS to a server of canned answers, and back. Bare
 * requests are made as the bundle makes its own, by node:https on a connection that is kept, and what
 * they answer is parsed. A server of the SDK that only hands on what is answered tells what a call
 * takes at the least.
 *
 * @module
 */
import { type Ask, ask, listOf, SMALL } from "./asks.ts";
import { Canned } from "./canned.ts";
import { hostileLine } from "./hostile.ts";
import { type Line, overhead, ratio, reference } from "./line.ts";
import { atOnceLines, manyLines } from "./many.ts";
import { McpProcess } from "./mcp_process.ts";
import { medians } from "./measure.ts";
import { sdkBundle, strictDeno } from "./program.ts";

/** Guests of a usual cluster, and of a large one. */
const FEW_GUESTS = 200;
const MANY_GUESTS = 10_000;

/** Median milliseconds of a call, and of a bare request for its answer. */
interface Times {
  readonly ours: number;
  readonly baseline: number;
}

async function againstBare(
  canned: Canned,
  path: string,
  call: () => Promise<unknown>,
  runs: number,
): Promise<Times> {
  const [ours = NaN, baseline = NaN] = await medians(runs, [
    call,
    async () => JSON.parse(await canned.request(path)),
  ], { before: Math.ceil(runs / 5) });
  return { ours, baseline };
}

async function ofServer(canned: Canned, what: Ask, runs: number): Promise<Times> {
  await using server = await canned.serve();
  let calls = 0;
  const before = (await canned.tell("stats")).requests;
  const times = await againstBare(canned, what.path, () => {
    calls++;
    return ask(server, what);
  }, runs);
  const made = (await canned.tell("stats")).requests - before;
  if (made !== calls) throw new Error(`Expected one request a call, saw ${made}`);
  return times;
}

/** What a server of the SDK takes that hands on what is answered, and does nothing else. */
async function leastLine(what: string, canned: Canned, asked: Ask, runs: number): Promise<Line> {
  const { host, authorityFile } = canned;
  const allowed = [`--allow-net=${host}`, `--allow-read=${authorityFile}`];
  const command = strictDeno(await sdkBundle("relay_server"), allowed);
  await using relay = new McpProcess([...command, host, authorityFile], {});
  await relay.initialize();
  const times = await againstBare(canned, asked.path, () => relay.call(asked.tool), runs);
  return reference({ what: `${what}, only handed on by a server of the SDK`, ...times });
}

async function smallLines(canned: Canned, runs: number): Promise<Line[]> {
  const what = "A small call";
  return [
    overhead({
      what: `${what}, against a bare request of the same answer`,
      ...await ofServer(canned, SMALL, runs),
      most: 0.65,
    }),
    await leastLine(what, canned, SMALL, runs),
  ];
}

async function listLines(guests: number, runs: number, most: number): Promise<Line[]> {
  await using canned = await Canned.start({ guests });
  const what = `A list of ${guests.toLocaleString("en")} guests`;
  const asked = listOf(guests);
  return [
    ratio({
      what: `${what}, against a bare request of them`,
      ...await ofServer(canned, asked, runs),
      most,
    }),
    await leastLine(what, canned, asked, runs),
  ];
}

/** Everything about calls. */
export async function callLines(): Promise<Line[]> {
  await using canned = await Canned.start({ guests: FEW_GUESTS });
  const withServer = async <T>(work: (server: McpProcess) => Promise<T>): Promise<T> => {
    await using server = await canned.serve();
    return await work(server);
  };
  return [
    ...await smallLines(canned, 1_000),
    ...await listLines(FEW_GUESTS, 300, 3),
    ...await listLines(MANY_GUESTS, 25, 1.6),
    ...await atOnceLines(FEW_GUESTS),
    ...await withServer((server) => manyLines(server, canned)),
    await withServer((server) => hostileLine(server, canned)),
  ];
}
