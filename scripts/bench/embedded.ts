/**
 * What the embedded cluster costs when it is a hundred times larger.
 *
 * @module
 */
import { createSimulator } from "../../src/simulator/simulator.ts";
import { type Line, ratio } from "./line.ts";
import { medians } from "./measure.ts";

const SMALL = 200;
const LARGE = 20_000;
/** A hundred times the guests may take a hundred times the time, and a fifth more. */
const MOST = 120;
const RUNS = 5;

/** Reads /cluster/resources of an embedded cluster. */
function reader(guests: number): () => Promise<void> {
  const simulator = createSimulator({ guests });
  const transport = simulator.transport();
  const { id, secret } = simulator.tokens.full;
  const url = new URL("https://pve1:8006/api2/json/cluster/resources?type=vm");
  const request = {
    method: "GET",
    headers: { Authorization: `PVEAPIToken=${id}=${secret}` },
    signal: new AbortController().signal,
  };
  return async () => {
    const response = await transport.fetch(url, request);
    const { data } = JSON.parse(await response.text()) as { readonly data: readonly unknown[] };
    if (data.length === guests) return;
    throw new Error(`Expected ${guests} guests, got ${data.length}`);
  };
}

/** Start and list of a large embedded cluster, against a small one. */
export async function embeddedLines(): Promise<Line[]> {
  const [smallStart = NaN, largeStart = NaN] = await medians(RUNS, [
    () => createSimulator({ guests: SMALL }),
    () => createSimulator({ guests: LARGE }),
  ]);
  const [smallList = NaN, largeList = NaN] = await medians(RUNS, [reader(SMALL), reader(LARGE)]);
  return [
    ratio({
      what: "Embedded cluster of 20,000 guests, against one of 200: start",
      ours: largeStart,
      baseline: smallStart,
      most: MOST,
    }),
    ratio({
      what: "Embedded cluster of 20,000 guests, against one of 200: /cluster/resources",
      ours: largeList,
      baseline: smallList,
      most: MOST,
    }),
  ];
}
