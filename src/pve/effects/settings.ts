/**
 * Effects of changed settings: each is compared with what it is now. A setting that is deleted or
 * emptied has its default afterwards.
 *
 * @module
 */
import { lookup } from "../../base/lookup.ts";
import type { Args } from "../encode.ts";
import { isSecretName } from "../secret_names.ts";
import { splitList } from "../split_list.ts";
import {
  type CurrentState,
  type Effect,
  type GuestsOf,
  isOn,
  OF_NO_GUEST,
  type ReadOperation,
} from "./effect.ts";
import { listText, missing } from "./lists.ts";
import { readNamed, type Row } from "./read.ts";
import { filled, goneText, unfilled, UNREAD, valueText } from "./words.ts";

/** One setting before and after a request; undefined where it has its default. */
export interface Change {
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** False when what it is now could not be read: `before` says nothing then. */
  readonly known: boolean;
  /** What another setting is after the request. */
  readonly other: (name: string) => string | undefined;
}

/** What a change of one setting takes away, or undefined. */
export type Rule = (change: Change) => string | undefined;

/** Settings, and which of their changes take something away. */
export interface Settings<Name extends string> {
  /** Whose settings, for a person: `user {userid}`. */
  readonly of: string;
  /** Reads them; a function where no read answers them as they are set. */
  readonly now: ReadOperation | ((args: Args, state: CurrentState) => Promise<Row | undefined>);
  /** By name; that of `net0`, `net1`… is `net[n]`. */
  readonly rules: Readonly<Record<Name, Rule>>;
  /** Settings besides comments that may be cleared: nothing rests on them. */
  readonly trivial?: readonly string[];
  readonly guests?: GuestsOf;
}

function changeText({ name, before, after, known }: Change, what: string): string {
  const then = `becomes ${after ?? "the default"}`;
  return known
    ? `${what}: ${name} ${before ?? "of the default"} ${then}`
    : `${what}: ${name}, ${UNREAD}, ${then}`;
}

function isOnOr(value: string | undefined, byDefault: boolean): boolean {
  return value === undefined ? byDefault : isOn(value) || Number(value) > 0;
}

/** A switch that was on is off. */
export function turnedOff(what: string, byDefault = false): Rule {
  return ({ before, after, known }) => {
    if (isOnOr(after, byDefault) || (known && !isOnOr(before, byDefault))) return undefined;
    return known ? what : `${what}, ${UNREAD}`;
  };
}

/** A switch that was off is on. */
export function turnedOn(what: string, byDefault = false): Rule {
  return ({ before, after, known }) => {
    if (!isOnOr(after, byDefault) || (known && isOnOr(before, byDefault))) return undefined;
    return known ? what : `${what}, ${UNREAD}`;
  };
}

/** Both directions take something. */
export function switched(off: string, on: string, byDefault = false): Rule {
  const rules = [turnedOff(off, byDefault), turnedOn(on, byDefault)];
  return (change) => rules.map((rule) => rule(change)).find((what) => what !== undefined);
}

/** Another value than the one it has, which must be one if `ifSet`. */
export function altered(what: string, { byDefault = "", ifSet = false } = {}): Rule {
  return (change) => {
    const { before, after, known } = change;
    if (known && (before ?? byDefault) === (after ?? byDefault)) return undefined;
    return known && ifSet && before === undefined ? undefined : changeText(change, what);
  };
}

/** A value that was set has gone or is another. */
export function replaced(what: string): Rule {
  return altered(what, { ifSet: true });
}

/** A value that was set is set no longer. */
export function unset(what: string): Rule {
  return ({ before, after, known }) => {
    if (after !== undefined || (known && before === undefined)) return undefined;
    return `${what}: ${known ? before : UNREAD}`;
  };
}

/** A value that no read answers, a password for instance, is cleared. */
export function cleared(what: string): Rule {
  return ({ after }) => after === undefined ? what : undefined;
}

/** A number that becomes less; without a value it is the default. */
export function lowered(what: string, byDefault = 0): Rule {
  return (change) => {
    const { before, after, known } = change;
    return known && Number(after ?? byDefault) >= Number(before ?? byDefault)
      ? undefined
      : changeText(change, what);
  };
}

/** A list that loses members; `emptyIsAll` when an empty one means every member there could be. */
export function shortened(
  what: string,
  { emptyIsAll = false, split = splitList as (text: string | undefined) => readonly string[] } = {},
): Rule {
  return ({ before, after, known }) => {
    const rest = split(after);
    if (emptyIsAll && rest.length === 0) return undefined;
    const others = rest.length === 0 ? "all" : `all but ${listText(rest)}`;
    if (!known) return `${what}, ${UNREAD}: ${others}`;
    const had = split(before);
    if (emptyIsAll && had.length === 0) return `${what}: ${others}`;
    const gone = missing(had, rest);
    return gone.length === 0 ? undefined : goneText(gone, had.length, what);
  };
}

/** An end in seconds since 1970, 0 for never, that comes earlier. */
export function endsEarlier(what: string): Rule {
  const end = (value: string | undefined): number => Number(value ?? 0) || Infinity;
  return ({ before, after, known }) => {
    if (end(after) === Infinity || (known && end(after) >= end(before))) return undefined;
    const date = new Date(end(after) * 1000);
    const day = Number.isNaN(date.getTime()) ? after : date.toISOString().slice(0, 10);
    return `${what} after ${day}${known ? "" : `, ${UNREAD}`}`;
  };
}

/** Settings whose loss nobody misses but those who read them. */
const TEXTS: readonly string[] = ["comment", "comments", "comments6", "description", "digest"];

/** What is cleared loses its value. */
const CLEARED: Rule = (change) => unset(change.name)(change);

/** What stands for the value of a secret, before and after. */
const HIDDEN = { before: "a secret", after: "another" };

/** The change in words that hold no secret. */
function withoutSecret(change: Change): Change {
  const { before, after } = change;
  return {
    ...change,
    before: before === undefined ? undefined : HIDDEN.before,
    after: after === undefined ? undefined : HIDDEN.after,
  };
}

function changeOf(name: string, args: Args, now: Row | undefined): Change | undefined {
  const gone = splitList(args.delete);
  const after = (key: string): string | undefined =>
    gone.includes(key) ? undefined : valueText(args[key] ?? now?.[key]);
  if (args[name] === undefined && !gone.includes(name)) return undefined;
  const change = {
    name,
    before: valueText(now?.[name]),
    after: gone.includes(name) ? undefined : valueText(args[name]),
    known: now !== undefined,
    other: after,
  };
  return change.known && change.before !== undefined && change.before === change.after
    ? undefined
    : change;
}

function effectOf<Name extends string, By extends string>(
  { of, now, rules, trivial = [], guests }: Settings<Name>,
  by: readonly By[],
): Effect<By> {
  const clears = (by as readonly string[]).includes("delete");
  const all: Readonly<Record<string, Rule>> = rules;
  const ruleOf = (name: string): Rule | undefined =>
    lookup(all, name) ?? lookup(all, name.replace(/(?<!\d)\d+$/, "[n]"));
  return {
    takes: `settings of the ${unfilled(of)} that are turned off, narrowed or cleared`,
    by,
    ...(guests ? {} : OF_NO_GUEST),
    judge: async (args, state) => {
      const emptied = Object.keys(args).filter((name) => args[name] === "");
      const cleared = clears ? [...splitList(args.delete), ...emptied] : [];
      const counting = cleared.filter((name) => ![...TEXTS, ...trivial].includes(name));
      const ruled = Object.keys(args).filter((name) => args[name] !== undefined && ruleOf(name));
      const touched = [...new Set([...ruled, ...counting])];
      if (touched.length === 0) return [];
      const current = typeof now === "string"
        ? await readNamed(state, now, args)
        : await now(args, state);
      const losses = touched.flatMap((name) => {
        const change = changeOf(name, args, current);
        const isSecret = isSecretName(name, typeof now === "string" ? [now] : []);
        const shown = change && isSecret ? withoutSecret(change) : change;
        return (shown && (ruleOf(name) ?? CLEARED)(shown)) ?? [];
      });
      if (losses.length === 0) return [];
      const whose = await guests?.(args, state) ?? [];
      return losses.map((what) => ({ what: `${filled(of, args)}: ${what}`, guests: whose }));
    },
  };
}

/** Settings that a request sets or empties. */
export function settings<const Name extends string>(options: Settings<Name>): Effect<Name> {
  return effectOf(options, Object.keys(options.rules) as Name[]);
}

/** Settings that a request sets, empties or names in `delete`; there, every value counts. */
export function clearableSettings<const Name extends string>(
  options: Settings<Name>,
): Effect<Name | "delete"> {
  return effectOf(options, [...Object.keys(options.rules) as Name[], "delete"]);
}
