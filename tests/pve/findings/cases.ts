/**
 * Conditions of the cluster that a dry run finds, beside what happens when the call is made.
 *
 * @module
 */
import type { Simulator } from "../../../src/simulator/simulator.ts";
import { assert, assertEquals, assertMatch } from "../../assert.ts";
import { changes } from "../../guard/late.ts";
import { connect, type HarnessOptions, rowsOf } from "../../harness.ts";
import { hasRow } from "../../outcome.ts";

/** A condition of the cluster, and what is to be found of it. */
export interface Case {
  readonly what: string;
  readonly call: readonly [tool: string, args: Readonly<Record<string, unknown>>];
  readonly seed?: (simulator: Simulator) => void;
  readonly finds: RegExp;
  readonly verdict?: "stops it" | "warns" | "fine";
  /** What the call answers; undefined where it does not matter, or where it is done. */
  readonly answers?: RegExp;
  /** The call is done all the same. */
  readonly done?: boolean;
  readonly options?: HarnessOptions;
}

export type Config = Record<string, unknown>;

/** Changes the configuration of a guest. */
export function configure(vmid: number, config: Config): NonNullable<Case["seed"]> {
  return ({ cluster }) => void Object.assign(cluster.guests.get(vmid)!.config, config);
}

/** Switches nodes off. */
export function switchOff(...nodes: readonly string[]): NonNullable<Case["seed"]> {
  return ({ faults }) => nodes.forEach((node) => faults.add({ kind: "node-offline", node }));
}

export function api(operation: string, params: Config = {}): Case["call"] {
  return ["proxmox_api_call", { operation, params }];
}

/** Finds each condition in a dry run, and makes the call all the same. */
export function testFindings(cases: readonly Case[]): void {
  for (const each of cases) testFinding(each);
}

function testFinding(
  { what, call: [tool, args], seed, finds, verdict, answers, done, options }: Case,
): void {
  Deno.test(`a dry run finds ${what}`, async () => {
    await using harness = await connect(options);
    seed?.(harness.simulator);
    const planned = await harness.call(tool, { ...args, dry_run: true });
    const row = { verdict: verdict ?? "stops it", what: finds };
    assert(hasRow(planned, row), planned.text);
    assertEquals(changes(harness), []);
    if (verdict === "fine") {
      assertEquals(rowsOf(planned).filter((each) => each.verdict !== "fine"), []);
    }
    if (!answers && !done) return;
    const called = await harness.call(tool, args);
    assertEquals(called.isError, !done, called.text);
    if (answers) assertMatch(called.text, answers);
  });
}
