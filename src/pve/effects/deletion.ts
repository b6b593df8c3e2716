/**
 * Effects of deletions: what is deleted is named with what it is now.
 *
 * @module
 */
import type { Args } from "../encode.ts";
import {
  type CurrentState,
  type Effect,
  type GuestsOf,
  OF_NO_GUEST,
  type ReadOperation,
} from "./effect.ts";
import { readNamed, type Row } from "./read.ts";
import { filled, propertyText, unfilled, UNREAD } from "./words.ts";

/** What is deleted. */
export interface Deletion {
  /** For a person: `user {userid}`. */
  readonly what: string;
  /** What goes with it: `its tokens and permissions`. */
  readonly loses: string;
  /** Reads it, for the question. */
  readonly now?: ReadOperation | ((args: Args, state: CurrentState) => Promise<Row | undefined>);
  /** Properties to name, or a text. */
  readonly shows?: readonly string[] | ((row: Row) => string);
  readonly guests?: GuestsOf;
}

/** Every call takes it. */
export function deletion({ what, loses, now, shows = [], guests }: Deletion): Effect<never> {
  const show = typeof shows === "function" ? shows : (row: Row) => propertyText(row, shows);
  return {
    takes: `${unfilled(what)}: ${loses}`,
    ...(guests ? {} : OF_NO_GUEST),
    judge: async (args, state) => {
      const row = now === undefined
        ? {}
        : typeof now === "string"
        ? await readNamed(state, now, args)
        : await now(args, state);
      const details = row && show(row);
      const known = details === undefined ? `, ${UNREAD}` : details === "" ? "" : ` (${details})`;
      return [{
        what: `${filled(what, args)}${known}: ${loses}`,
        guests: await guests?.(args, state) ?? [],
      }];
    },
  };
}
