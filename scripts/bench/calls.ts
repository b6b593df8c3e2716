/**
 * What calls cost over bare requests for the same answers, and what many at once hold. The whole way
 * is measured: a line of JSON-RPC to the bundle, HTTPS to a server of canned answers, and back. Bare
 * requests are made as the bundle makes its own, by node:https on a connection that is kept, and what
 * they answer is parsed.
 *
 * @module
 */
import { type Ask, ask, listOf, SMALL } from "./asks.ts";
import { Canned } from "./canned.ts";
import { hostileLine } from "./hostile.ts";
import { type Line, overhead, ratio } from "./line.ts";
import { atOnceLines, manyLines } from "./many.ts";
import type { McpProcess } from "./mcp_process.ts";
import { medians } from "./measure.ts";

/** Guests of a usual cluster, and of a large one. */
const FEW_GUESTS = 200;
const MANY_GUESTS = 10_000;

/** Medians of a call and of a bare request for its answer. */
async function againstBare(
  server: McpProcess,
  canned: Canned,
  what: Ask,
  runs: number,
): Promise<{ readonly ours: number; readonly baseline: number }> {
  const before = (await canned.tell("stats")).requests;
  const warm = Math.ceil(runs / 5);
  const [ours = NaN, baseline = NaN] = await medians(runs, [
    () => ask(server, what),
    async () => JSON.parse(await canned.request(what.path)),
  ], { before: warm });
  const made = (await canned.tell("stats")).requests - before;
  if (made !== runs + warm) throw new Error(`Expected one request a call, saw ${made}`);
  return { ours, baseline };
}

async function smallLine(server: McpProcess, canned: Canned): Promise<Line> {
  return overhead({
    what: "A small call, against a bare request of the same answer",
    ...await againstBare(server, canned, SMALL, 1_000),
    most: 0.5,
  });
}

async function listLine(guests: number, runs: number, most: number): Promise<Line> {
  await using canned = await Canned.start({ guests });
  await using server = await canned.serve();
  return ratio({
    what: `A list of ${guests.toLocaleString("en")} guests, against a bare request of them`,
    ...await againstBare(server, canned, listOf(guests), runs),
    most,
  });
}

/** Everything about calls. */
export async function callLines(): Promise<Line[]> {
  await using canned = await Canned.start({ guests: FEW_GUESTS });
  const withServer = async <T>(work: (server: McpProcess) => Promise<T>): Promise<T> => {
    await using server = await canned.serve();
    return await work(server);
  };
  return [
    await withServer((server) => smallLine(server, canned)),
    await listLine(FEW_GUESTS, 300, 3),
    await listLine(MANY_GUESTS, 25, 1.6),
    ...await atOnceLines(FEW_GUESTS),
    ...await withServer((server) => manyLines(server, canned)),
    await withServer((server) => hostileLine(server, canned)),
  ];
}
