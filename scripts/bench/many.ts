/**
 * What many calls at once take and hold.
 *
 * @module
 */
import { ask, listOf, SMALL } from "./asks.ts";
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
  for (let index = 0; index < MANY; index++) await ask(server, SMALL);
  const before = await server.resident();
  await canned.tell("hold");
  const calls = Array.from({ length: MANY }, () => ask(server, SMALL));
  await server.request("ping", {}); // Answered when all calls before it were read.
  for (let i = 0; i < 30 && (await canned.tell("stats")).most < MAX_CONNECTIONS; i++) await server.request("ping", {});
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

function times<T>(count: number, work: () => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, work));
}

/** Lists at once: their time over bare requests on as many connections, and what is held after. */
export async function atOnceLines(guests: number): Promise<Line[]> {
  await using canned = await Canned.start({ guests });
  const what = `${LISTS} lists of ${guests} guests at once`;
  const list = listOf(guests);
  const held = async (withLimits: boolean): Promise<number> => {
    await using server = await canned.serve({}, { withLimits });
    await times(LISTS, () => ask(server, list));
    return await server.resident();
  };
  await using server = await canned.serve();
  const [ours = NaN, baseline = NaN] = await medians(RUNS, [
    () => times(LISTS, () => ask(server, list)),
    () => times(LISTS, async () => JSON.parse(await canned.request(list.path))),
  ], { before: 2 });
  return [
    ratio({
      what: `${what}, against bare requests on ${MAX_CONNECTIONS} connections`,
      ours,
      baseline,
      most: 4,
    }),
    amount({ what: `Resident after ${what}`, value: await held(true), unit: "MiB", most: 150 }),
    amount({
      what: `Resident after ${what}, without the limits of the binaries`,
      value: await held(false),
      unit: "MiB",
      most: 190,
    }),
  ];
}
