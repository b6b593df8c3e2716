/**
 * What the reports take over a large cluster: how many requests, and how long, beside the same
 * requests sent again by themselves.
 *
 * @module
 */
import { systemClock } from "../../src/base/async/clock.ts";
import { runTool } from "../../src/call/run.ts";
import { servicesOver } from "../../src/cli/services.ts";
import { loadConfig } from "../../src/config/config.ts";
import type { Transport } from "../../src/pve/transport/transport.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";
import report from "../../src/tools/report/report.ts";
import { amount, type Line, ratio } from "./line.ts";
import { medians } from "./measure.ts";

const GUESTS = 5_000;
const NODES = 20;
const RUNS = 3;
/** A report may take so many times as long as its requests alone: it has to make sense of them. */
const MOST = 4;

/** Each report, and the most requests that it may send. */
const REPORTS: readonly (readonly [args: Readonly<Record<string, unknown>>, most: number])[] = [
  [{ action: "health" }, 170],
  [{ action: "backups" }, 100],
  [{ action: "failure", node: "pve7" }, 400],
  [{ action: "capacity" }, 200],
  [{ action: "access" }, 10],
  [{ action: "changes" }, 40],
  [{ action: "waste" }, 1_300],
  [{ action: "updates" }, 50],
];

type Sent = readonly [url: URL, init: Parameters<Transport["fetch"]>[1]];

/** The lines of all reports. */
export async function reportLines(): Promise<Line[]> {
  const simulator = createSimulator({ guests: GUESTS, nodes: NODES });
  const direct = simulator.transport();
  let sent: Sent[] = [];
  const transport: Transport = {
    close: () => direct.close(),
    fetch: (url, init) => {
      sent.push([new URL(url), init]);
      return direct.fetch(url, init);
    },
  };
  const { config } = loadConfig({
    get: () => undefined,
    names: () => [],
    readFile: Deno.readTextFileSync,
  }, { demo: true });
  const services = servicesOver(config, transport, { token: simulator.tokens.full }, systemClock);
  const { signal } = new AbortController();
  const ask = async (args: Readonly<Record<string, unknown>>): Promise<void> => {
    sent = [];
    const answer = await runTool(services, { category: "report", tool: report }, args, { signal });
    if (answer.failure) throw new Error(`${answer.title}: ${answer.failure.reason}`);
  };
  const replay = async (requests: readonly Sent[]): Promise<void> => {
    for (const [url, init] of requests) {
      const response = await direct.fetch(url, { ...init, signal });
      JSON.parse(await response.text());
    }
  };
  const lines: Line[] = [];
  for (const [args, most] of REPORTS) {
    const what = `Report ${args.action} over 5,000 guests on 20 nodes`;
    await ask(args);
    const requests = sent;
    const works = [() => ask(args), () => replay(requests)];
    const [ours = NaN, baseline = NaN] = await medians(RUNS, works);
    lines.push(
      amount({ what: `${what}: requests`, value: requests.length, unit: "requests", most }),
      ratio({ what: `${what}, against its requests alone`, ours, baseline, most: MOST }),
    );
  }
  return lines;
}
