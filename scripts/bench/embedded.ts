/**
 * What the embedded cluster costs when it is a hundred times larger, and over what cannot be saved of
 * its longest answer.
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
const RUNS = 11;

/** Reads /cluster/resources of an embedded cluster, as text. */
function reader(guests: number): () => Promise<string> {
  const simulator = createSimulator({ guests });
  const transport = simulator.transport();
  const { id, secret } = simulator.tokens.full;
  const url = new URL("https://pve1:8006/api2/json/cluster/resources?type=vm");
  const request = {
    method: "GET",
    headers: { Authorization: `PVEAPIToken=${id}=${secret}` },
    signal: new AbortController().signal,
  };
  return async () => await (await transport.fetch(url, request)).text();
}

/** Rows of an answer, which must be so many. */
function rowsIn(text: string, expected: number): readonly unknown[] {
  const { data } = JSON.parse(text) as { readonly data: readonly unknown[] };
  if (data.length === expected) return data;
  throw new Error(`Expected ${expected} guests, got ${data.length}`);
}

/** Start and list of a large embedded cluster, against a small one. */
export async function embeddedLines(): Promise<Line[]> {
  const [smallStart = NaN, largeStart = NaN] = await medians(RUNS, [
    () => createSimulator({ guests: SMALL }),
    () => createSimulator({ guests: LARGE }),
  ]);
  const readLarge = reader(LARGE);
  const rows = rowsIn(await readLarge(), LARGE);
  const [smallList = NaN, largeList = NaN, written = NaN] = await medians(RUNS, [
    reader(SMALL),
    readLarge,
    () => JSON.stringify(rows),
  ]);
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
    ratio({
      what:
        "Embedded cluster of 20,000 guests: /cluster/resources, against writing its rows as JSON",
      ours: largeList,
      baseline: written,
      most: 4,
    }),
  ];
}
