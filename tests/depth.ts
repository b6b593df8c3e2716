/**
 * How deep tests go that could try ever more: `deno task test` takes a small sample, the same each
 * time, and `deno task test:deep` runs them at their full depth.
 *
 * @module
 */

const IS_DEEP = Deno.env.get("TEST_DEPTH") === "full";

/** How many cases to try. */
export function depth(sample: number, full: number): number {
  return IS_DEEP ? full : sample;
}
