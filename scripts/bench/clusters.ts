/**
 * What a list over many clusters takes, beside the same guests in one: canned answers, so that
 * nothing but this program is measured.
 *
 * @module
 */
import { systemClock } from "../../src/base/async/clock.ts";
import { servicesOver } from "../../src/cli/services.ts";
import { loadConfig } from "../../src/config/config.ts";
import { ToolCatalog } from "../../src/mcp/tool_catalog.ts";
import type { Transport } from "../../src/pve/transport/transport.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";
import type { Services } from "../../src/tool/services.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";
import { type Line, ratio } from "./line.ts";
import { medians } from "./measure.ts";

const CLUSTERS = 20;
const GUESTS = 500;
const RUNS = 21;
const MOST = 1.5;

/** Lists of guests, as somebody asks for them. */
const LISTS: readonly (readonly [what: string, args: Readonly<Record<string, unknown>>])[] = [
  ["A list", {}],
  ["A list, sorted and filtered", { sort: "-mem", filter: "status=running cpu>1%" }],
  ["A list in groups", { group: "node" }],
];

/** A cluster of so many guests, that answers each read as it did the first time. */
function cluster(guests: number): Services {
  const simulator = createSimulator({ guests, seed: guests });
  const direct = simulator.transport();
  const answers = new Map<string, string>();
  const transport: Transport = {
    close: () => direct.close(),
    fetch: async (url, request) => {
      const known = answers.get(url.href) ?? await (await direct.fetch(url, request)).text();
      answers.set(url.href, known);
      return new Response(known, { headers: { "Content-Type": "application/json" } });
    },
  };
  const { config } = loadConfig({
    get: () => undefined,
    names: () => [],
    readFile: Deno.readTextFileSync,
  }, { demo: true });
  return servicesOver(config, transport, { token: simulator.tokens.full }, systemClock);
}

/** Lists the guests of so many clusters at once. */
export function listOver(
  clusters: number,
  guests: number,
): (args?: Readonly<Record<string, unknown>>) => Promise<void> {
  const names = Array.from({ length: clusters }, (_, index) => `cluster-${index}`);
  const catalog = new ToolCatalog({
    clusters: new Map(names.map((name) => [name, cluster(guests)])),
    tools: TOOLS,
  });
  const { signal } = new AbortController();
  return async (args = {}) => {
    const { isError, content } = await catalog.call("proxmox_guest_list", args, { signal });
    if (isError) throw new Error(content[0].text);
  };
}

/** The lines of lists over many clusters. */
export async function clusterLines(): Promise<Line[]> {
  const [many, one] = [listOver(CLUSTERS, GUESTS), listOver(1, CLUSTERS * GUESTS)];
  const lines: Line[] = [];
  for (const [what, args] of LISTS) {
    const [ours = NaN, baseline = NaN] = await medians(RUNS, [() => many(args), () => one(args)]);
    lines.push(ratio({
      what: `${what} over 20 clusters of 500 guests, against 10,000 in one`,
      ours,
      baseline,
      most: MOST,
    }));
  }
  return lines;
}
