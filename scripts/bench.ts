/**
 * Measures what has a budget: start-up, memory, tokens, the cost of a call, the embedded cluster.
 * Every time is a ratio to a baseline of the same run, so that machines do not matter. Prints a
 * table, writes docs/benchmarks.md, and exits with 1 when a budget is exceeded. `--peer "COMMAND"`
 * measures another MCP server in the same way; it may be given several times.
 *
 * @module
 */
import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { parseArgs } from "node:util";
import { callCost, listCost, manyCalls } from "./bench/calls.ts";
import { median, medianTime, type Start, startServer, timed } from "./bench/measure.ts";
import { createSimulator } from "../src/simulator/simulator.ts";
import { writeGenerated } from "./generated.ts";
import { table } from "./markdown.ts";
import { writeOut } from "../src/console.ts";

/** One line of the table. */
interface Line {
  readonly what: string;
  /** What was measured on this machine. */
  readonly measured: string;
  /** What does not depend on the machine. */
  readonly value: number;
  readonly unit: "×" | "MiB" | "tokens" | "connections" | "ms";
  readonly budget?: number;
}

const STRICT = ["run", "--no-prompt", "--no-config", "--allow-env=PROXMOX_*", "--ignore-env"];
const BUNDLE = new URL("../dist/proxmox-mcp.js", import.meta.url).pathname;
const ENV = {
  PROXMOX_HOST: "127.0.0.1",
  PROXMOX_TOKEN_NAME: "bench",
  PROXMOX_TOKEN_VALUE: "bench-secret",
};

function tokens(text: string): number {
  return encode(text).length;
}

async function emptyStart(): Promise<number> {
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  const run = (): Promise<number> =>
    timed(() => new Deno.Command(Deno.execPath(), { args: [...STRICT, file] }).output());
  await run();
  const times: number[] = [];
  for (let index = 0; index < 11; index++) times.push(await run());
  await Deno.remove(file);
  return median(times);
}

async function starts(command: readonly string[], env: Record<string, string>): Promise<Start> {
  await startServer(command, env);
  const runs: Start[] = [];
  for (let index = 0; index < 9; index++) runs.push(await startServer(command, env));
  const [first] = runs;
  return { ...first!, initialize: median(runs.map((run) => run.initialize)) };
}

async function startLines(): Promise<Line[]> {
  const empty = await emptyStart();
  const ours = await starts([Deno.execPath(), ...STRICT, BUNDLE], ENV);
  const compact = await startServer([Deno.execPath(), ...STRICT, BUNDLE], {
    ...ENV,
    PROXMOX_TOOLSETS: "compact",
  });
  return [
    {
      what: "Start to the answer to initialize, against `deno run` of an empty file",
      measured: `${ours.initialize.toFixed(0)} ms, ${empty.toFixed(0)} ms`,
      value: ours.initialize / empty,
      unit: "×",
      budget: 5,
    },
    {
      what: "Resident when idle",
      measured: "",
      value: ours.resident ?? 0,
      unit: "MiB",
      budget: 75,
    },
    {
      what: "`tools/list`, everything",
      measured: "",
      value: tokens(ours.tools),
      unit: "tokens",
      budget: 12_000,
    },
    {
      what: "`tools/list`, compact",
      measured: "",
      value: tokens(compact.tools),
      unit: "tokens",
      budget: 1_500,
    },
    {
      what: "Instructions",
      measured: "",
      value: tokens(ours.instructions),
      unit: "tokens",
      budget: 300,
    },
  ];
}

async function callLines(): Promise<Line[]> {
  const small = await callCost();
  const list = await listCost(10_000);
  const many = await manyCalls(1_000);
  const ms = (value: number): string => `${value.toFixed(2)} ms`;
  return [
    {
      what: "A small call above a bare fetch of the same answer",
      measured: `${ms(small.ours)}, ${ms(small.baseline)}`,
      value: small.ours - small.baseline,
      unit: "ms",
      budget: 1,
    },
    {
      what: "A list of 10,000 guests, against fetching and parsing it",
      measured: `${ms(list.ours)}, ${ms(list.baseline)}`,
      value: list.ours / list.baseline,
      unit: "×",
      budget: 3,
    },
    {
      what: "1,000 calls at once",
      measured: "",
      value: many.connections,
      unit: "connections",
      budget: 8,
    },
    {
      what: "1,000 calls at once, memory",
      measured: "",
      value: Math.max(0, many.mib),
      unit: "MiB",
      budget: 30,
    },
  ];
}

async function simulatorLines(): Promise<Line[]> {
  const build = (guests: number): Promise<number> =>
    medianTime(3, () => createSimulator({ guests }));
  const [small, large] = [await build(200), await build(20_000)];
  const read = async (guests: number): Promise<number> => {
    const simulator = createSimulator({ guests });
    const transport = simulator.transport();
    const { id, secret } = simulator.tokens.full;
    const url = new URL("https://pve1:8006/api2/json/cluster/resources");
    const request = {
      method: "GET",
      headers: { Authorization: `PVEAPIToken=${id}=${secret}` },
      signal: new AbortController().signal,
    };
    return await medianTime(5, async () => await (await transport.fetch(url, request)).text());
  };
  const [smallRead, largeRead] = [await read(200), await read(20_000)];
  return [
    {
      what: "Embedded cluster: 20,000 guests against 200, start",
      measured: `${large.toFixed(0)} ms, ${small.toFixed(1)} ms`,
      value: large / small,
      unit: "×",
      budget: 120,
    },
    {
      what: "Embedded cluster: 20,000 guests against 200, /cluster/resources",
      measured: `${largeRead.toFixed(0)} ms, ${smallRead.toFixed(1)} ms`,
      value: largeRead / smallRead,
      unit: "×",
      budget: 120,
    },
  ];
}

async function peerLines(command: string): Promise<string[]> {
  const words = command.split(" ").filter((word) => word !== "");
  const peer = await starts(words, { ...ENV, PATH: Deno.env.get("PATH") ?? "" });
  const empty = await emptyStart();
  return [
    command,
    `${(peer.initialize / empty).toFixed(1)} ×`,
    peer.resident === undefined ? "" : `${peer.resident.toFixed(0)} MiB`,
    String(tokens(peer.tools)),
  ];
}

function value(line: Line): string {
  const digits = line.unit === "×" || line.unit === "ms" ? 2 : 0;
  return `${line.value.toFixed(digits)} ${line.unit}`;
}

function rowOf(line: Line, withMeasured: boolean): string[] {
  return [
    line.what,
    value(line),
    line.budget === undefined ? "" : `≤ ${line.budget}`,
    ...(withMeasured ? [line.measured] : []),
  ];
}

const { values } = parseArgs({ options: { peer: { type: "string", multiple: true } } });
const lines = [...await startLines(), ...await callLines(), ...await simulatorLines()];
writeOut(
  table(
    ["What", "Value", "Budget", "On this machine: ours, baseline"],
    lines.map((line) => rowOf(line, true)),
  ),
);
if (values.peer) {
  const rows: string[][] = [];
  for (const command of values.peer) rows.push(await peerLines(command));
  writeOut("");
  writeOut(table(["Peer", "Start", "Resident", "Tokens of tools/list"], rows));
}
await writeGenerated([{
  path: "docs/benchmarks.md",
  text: [
    "<!-- Generated by `deno task bench`. Do not edit. -->",
    "",
    "# Benchmarks",
    "",
    "Measured by `deno task bench` on the bundle. Times are ratios to a baseline of the same run, so that",
    'the machine does not matter. `deno task bench --peer "COMMAND"` measures another MCP server in the',
    "same way.",
    "",
    table(["What", "Value", "Budget"], lines.map((line) => rowOf(line, false))),
    "",
  ].join("\n"),
}], { check: false });
const exceeded = lines.filter((line) => line.budget !== undefined && line.value > line.budget);
for (const line of exceeded) writeOut(`Over budget: ${line.what}: ${value(line)}`);
Deno.exit(exceeded.length === 0 ? 0 : 1);
