/**
 * What a start costs: the time until the answer to initialize, memory, tokens.
 *
 * @module
 */
import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { dirname } from "node:path";
import { LATE_FOLDER } from "../bundle.ts";
import { amount, type Line, ratio } from "./line.ts";
import { McpProcess, type Result } from "./mcp_process.ts";
import { median, medians } from "./measure.ts";
import { BUNDLE, packageFolder, sdkBundle, settings, strictDeno } from "./program.ts";

const RUNS = 21;
const MEMORY_RUNS = 3;
/** Milliseconds after which a server that was asked for its tools is idle. */
const IDLE_MS = 500;

/** What a server told and holds. */
export interface Idle {
  readonly instructions: string;
  /** The answer to tools/list. */
  readonly list: Result;
  readonly resident: number;
}

export type Command = readonly string[];
export type Env = Readonly<Record<string, string>>;

export function tokens(value: unknown): number {
  return encode(typeof value === "string" ? value : JSON.stringify(value)).length;
}

/** Median milliseconds of a start, and of what it is compared to. */
export interface StartTimes {
  /** To the answer to initialize. */
  readonly ours: number;
  /** To that of a server that is the SDK's alone. */
  readonly sdk: number;
  /** Of a run of an empty file. */
  readonly empty: number;
}

/** Starts servers of one kind, and keeps how long they took to answer initialize. */
class Starts {
  readonly #times: number[] = [];

  constructor(private readonly command: Command, private readonly env: Env) {}

  async once(): Promise<void> {
    const started = performance.now();
    await using server = new McpProcess(this.command, this.env);
    await server.initialize();
    this.#times.push(performance.now() - started);
  }

  /** Median milliseconds, without the first times, which fill Deno's cache of compiled code. */
  median(): number {
    return median(this.#times.slice(2));
  }
}

/** Starts a server, the SDK's alone, and an empty file in turn. */
export async function startTimes(command: Command, env: Env, runs: number): Promise<StartTimes> {
  const empty = `${await packageFolder("empty")}/empty.js`;
  await Deno.writeTextFile(empty, "");
  const ours = new Starts(command, env);
  const others = new Starts(strictDeno(await sdkBundle("sdk_server")), env);
  const [program = "", ...args] = strictDeno(empty);
  const [, , nothing = NaN] = await medians(runs, [
    () => ours.once(),
    () => others.once(),
    () => new Deno.Command(program, { args, env: { ...env } }).output(),
  ], { before: 2 });
  return { ours: ours.median(), sdk: others.median(), empty: nothing };
}

export async function idle(command: Command, env: Env): Promise<Idle> {
  await using server = new McpProcess(command, env);
  const { instructions } = await server.initialize();
  const list = await server.request("tools/list", {});
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  return { instructions: String(instructions ?? ""), list, resident: await server.resident() };
}

/** Median resident MiB of several servers. */
export async function idleMemory(command: Command, env: Env): Promise<number> {
  const values: number[] = [];
  for (let run = 0; run < MEMORY_RUNS; run++) {
    values.push((await idle(command, env)).resident);
  }
  return median(values);
}

/** KiB of files of the project. */
function kibibytes(...paths: readonly string[]): number {
  return paths.reduce((sum, path) => sum + Deno.statSync(path).size, 0) / 1024;
}

/** The bundle, each MiB of which costs a start some 4 ms; and what is asked for late, if ever. */
function sizeLines(): Line[] {
  const folder = `${dirname(BUNDLE)}/${LATE_FOLDER}`;
  const late = Array.from(Deno.readDirSync(folder), ({ name }) => `${folder}/${name}`);
  return [
    amount({ what: "Bundle", value: kibibytes(BUNDLE), unit: "KiB", most: 2_150 }),
    amount({
      what: "Bundle: what is loaded late, in files of its own",
      value: kibibytes(...late),
      unit: "KiB",
      most: 2_200,
    }),
  ];
}

/** Start-up, memory and tokens of this server. */
export async function startLines(): Promise<Line[]> {
  const command = strictDeno(BUNDLE);
  const env = settings("127.0.0.1");
  const { ours, sdk, empty } = await startTimes(command, env, RUNS);
  const { instructions, list } = await idle(command, env);
  const listed = async (toolsets: string): Promise<number> =>
    tokens((await idle(command, { ...env, PROXMOX_TOOLSETS: toolsets })).list);
  return [
    ratio({
      what: "Start to the answer to initialize, against a bundle of the SDK's empty server",
      ours,
      baseline: sdk,
      most: 1.15,
    }),
    ratio({
      what: "Start to the answer to initialize, against `deno run` of an empty file",
      ours,
      baseline: empty,
      most: 5,
    }),
    amount({
      what: "Resident when idle, after tools/list",
      value: await idleMemory(command, env),
      unit: "MiB",
      most: 67,
    }),
    amount({
      what: "Resident when idle, after tools/list, where Deno can keep no compiled code",
      value: await idleMemory(command, { ...env, DENO_DIR: "/dev/null/none" }),
      unit: "MiB",
      most: 83,
    }),
    amount({ what: "tools/list, everything", value: tokens(list), unit: "tokens", most: 10_850 }),
    amount({
      what: "tools/list, core",
      value: await listed("core"),
      unit: "tokens",
      most: 3_500,
    }),
    amount({
      what: "tools/list, compact",
      value: await listed("compact"),
      unit: "tokens",
      most: 300,
    }),
    amount({ what: "Instructions", value: tokens(instructions), unit: "tokens", most: 300 }),
    ...sizeLines(),
  ];
}
