/**
 * How times grow with what is asked for: a list with the guests, calls at once with their number,
 * tools/list with the tools, a list over several clusters with these.
 *
 * @module
 */
import { anotherSmall, ask } from "./asks.ts";
import { Canned } from "./canned.ts";
import { type Curve, exponentOf, type Point } from "./chart.ts";
import { listOver } from "./clusters.ts";
import type { Line } from "./line.ts";
import type { McpProcess } from "./mcp_process.ts";
import { fastest } from "./measure.ts";

const GUESTS = [200, 1_000, 5_000, 20_000];
const AT_ONCE = [1, 10, 100, 1_000];
const CLUSTERS = [1, 5, 10, 20];
const GUESTS_EACH = 500;
const TOOLSETS = ["compact", "core", "all"];
const RUNS = 15;
/** Linear, and a tenth more. */
const MOST = 1.1;

/** Does something with a server over a canned cluster. */
async function withServer<T>(
  guests: number,
  env: Readonly<Record<string, string>>,
  work: (server: McpProcess) => Promise<T>,
): Promise<T> {
  await using canned = await Canned.start({ guests });
  await using server = await canned.serve(env);
  return await work(server);
}

async function pointOf(size: number, work: () => Promise<unknown>): Promise<Point> {
  return { size, time: await fastest(RUNS, work) };
}

async function byGuests(): Promise<Curve> {
  const points: Point[] = [];
  for (const guests of GUESTS) {
    points.push(
      await withServer(
        guests,
        {},
        (server) => pointOf(guests, () => server.call("proxmox_guest_list")),
      ),
    );
  }
  return { what: "A list, 200 to 20,000 guests", points };
}

async function byCalls(): Promise<Curve> {
  const points = await withServer(1, {}, async (server) => {
    const found: Point[] = [];
    for (const calls of AT_ONCE) {
      const work = () =>
        Promise.all(Array.from({ length: calls }, () => ask(server, anotherSmall())));
      found.push(await pointOf(calls, work));
    }
    return found;
  });
  return { what: "Calls at once, 1 to 1,000", points };
}

async function byTools(): Promise<Curve> {
  const points: Point[] = [];
  for (const toolsets of TOOLSETS) {
    points.push(
      await withServer(1, { PROXMOX_TOOLSETS: toolsets }, async (server) => {
        const list = () => server.request("tools/list", {});
        // By its length: the few tools of the compact list are no measure of all.
        return await pointOf(JSON.stringify(await list()).length, list);
      }),
    );
  }
  return { what: "tools/list, compact to all tools", points };
}

async function byClusters(): Promise<Curve> {
  const points: Point[] = [];
  for (const clusters of CLUSTERS) {
    const list = listOver(clusters, GUESTS_EACH);
    points.push(await pointOf(clusters, () => list()));
  }
  return { what: "A list over 1 to 20 clusters", points };
}

/** How everything grows. */
export async function growthCurves(): Promise<Curve[]> {
  return [await byGuests(), await byCalls(), await byTools(), await byClusters()];
}

/** The exponent of a curve, which may be at most a little more than linear. */
export function growthLine({ what, points }: Curve): Line {
  const exponent = exponentOf(points);
  return {
    what: `${what}: exponent of its growth`,
    value: exponent.toFixed(2),
    budget: `≤ ${MOST}`,
    measured: points.map(({ time }) => `${time.toFixed(2)} ms`).join(", "),
    within: exponent <= MOST,
  };
}
