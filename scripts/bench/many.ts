/**
 * What many calls at once take and hold.
 *
 * @module
 */
import { anotherSmall, type Ask, ask, listOf } from "./asks.ts";
import { Canned, MAX_CONNECTIONS } from "./canned.ts";
import { amount, type Line, ratio } from "./line.ts";
import type { McpProcess } from "./mcp_process.ts";
import { medians } from "./measure.ts";

const MANY = 1_000;
const LISTS = 200;
const RUNS = 9;

/**
 * What many calls take while Proxmox VE lets them wait, and once they are answered, more than a
 * server has that did as many in turn.
 */
export async function manyLines(server: McpProcess, canned: Canned): Promise<Line[]> {
  for (let index = 0; index < MANY; index++) await ask(server, anotherSmall());
  const before = await server.resident();
  await canned.tell("hold");
  const calls = Array.from({ length: MANY }, () => ask(server, anotherSmall()));
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
    most: 38,
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

/** Lists at once: equal ones, which are one request where they can be, and such that none can. */
const KINDS: readonly {
  readonly what: string;
  readonly most: number;
  readonly memory: readonly [withLimits: number, without: number];
  readonly ask: (guests: number, index: number) => Ask;
}[] = [
  { what: "lists", most: 1.6, memory: [112, 125], ask: listOf },
  {
    what: "different lists",
    most: 6,
    memory: [180, 220],
    ask: (guests, index) => ({ ...listOf(guests), args: { limit: guests + index } }),
  },
];

function lists<T>(work: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: LISTS }, (_, index) => work(index)));
}

/** Lists at once: their time over bare requests on as many connections, and what is held after. */
export async function atOnceLines(guests: number): Promise<Line[]> {
  await using canned = await Canned.start({ guests });
  const found: Line[] = [];
  for (const kind of KINDS) {
    const what = `${LISTS} ${kind.what} of ${guests} guests at once`;
    const all = (server: McpProcess): Promise<void[]> =>
      lists((index) => ask(server, kind.ask(guests, index)));
    const held = async (withLimits: boolean): Promise<number> => {
      await using server = await canned.serve({}, { withLimits });
      await all(server);
      return await server.resident();
    };
    await using server = await canned.serve();
    const { path } = listOf(guests);
    const [ours = NaN, baseline = NaN] = await medians(RUNS, [
      () => all(server),
      () => lists(async () => JSON.parse(await canned.request(path))),
    ], { before: 2 });
    const [withLimits, without] = kind.memory;
    found.push(
      ratio({
        what: `${what}, against bare requests on ${MAX_CONNECTIONS} connections`,
        ...{ ours, baseline, most: kind.most },
      }),
      amount({
        what: `Resident after ${what}`,
        ...{ value: await held(true), unit: "MiB", most: withLimits },
      }),
      amount({
        what: `Resident after ${what}, without the limits of the binaries`,
        ...{ value: await held(false), unit: "MiB", most: without },
      }),
    );
  }
  return found;
}
