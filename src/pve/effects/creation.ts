/**
 * Effects of making something under a name that is taken. PVE refuses that; should it not, what has
 * the name is lost.
 *
 * @module
 */
import type { Effect, ReadOperation } from "./effect.ts";
import { pathArgs, readRows } from "./read.ts";

/** What has the name already; `key` names it in arguments and rows. */
export function taken<const Name extends string>(
  noun: string,
  rows: ReadOperation,
  key: Name,
  rowKey: string = key,
): Effect<Name> {
  return {
    takes: `the ${noun} of that name, should there be one`,
    by: [key],
    ofGuests: false,
    judge: async (args, state) => {
      const found = await readRows(state, rows, pathArgs(rows, args));
      if (found !== undefined && !found.some((row) => row[rowKey] === args[key])) return [];
      return [{ what: `${noun} ${args[key]} as it is now`, guests: [] }];
    },
  };
}
