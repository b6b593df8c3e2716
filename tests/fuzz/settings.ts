/**
 * How long the fuzz runs and from which seed: FUZZ_CALLS calls of each tool, FUZZ_SEED.
 *
 * @module
 */
import { depth } from "../depth.ts";

function whole(name: string, otherwise: number): number {
  const text = Deno.env.get(name);
  return text === undefined || !/^\d+$/.test(text) ? otherwise : Number(text);
}

/** Calls of each tool. */
export const CALLS = whole("FUZZ_CALLS", depth(30, 500));
/** The same seed makes the same calls. */
export const SEED = whole("FUZZ_SEED", 20_260_115);
/** Calls on one embedded cluster before a fresh one takes its place: calls change it. */
export const CALLS_PER_CLUSTER = 50;
