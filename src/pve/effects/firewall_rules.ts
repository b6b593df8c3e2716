/**
 * Effects on firewall rules: what a rule lets through or keeps out, it no longer does when it is
 * deleted, off, another or in another place. A new rule takes something where it keeps out what
 * gets through now.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import type { Args } from "../encode.ts";
import { splitList } from "../split_list.ts";
import {
  type CurrentState,
  type Effect,
  type GuestsOf,
  isOff,
  isOn,
  type ReadOperation,
} from "./effect.ts";
import { deletion } from "./deletion.ts";
import { readNamed, type Row } from "./read.ts";
import { UNREAD, valueText } from "./words.ts";

/** Whose firewall it is: no guest's, unless said. */
export interface Whose {
  readonly guests?: GuestsOf;
}

/** What a rule matches, in the order in which it is said. */
const MATCHED = [
  "type",
  "action",
  "macro",
  "iface",
  "source",
  "dest",
  "proto",
  "sport",
  "dport",
  "icmp-type",
] as const;
const DECIDING = [...MATCHED, "enable", "delete", "moveto"] as const;
const PLAIN = ["type", "action"];

/** `IN ACCEPT macro SSH source +management` */
function describeRule(rule: Row): string {
  const parts = MATCHED.flatMap((name) => {
    const value = valueText(rule[name]);
    if (value === undefined) return [];
    return name === "type"
      ? [value.toUpperCase()]
      : [PLAIN.includes(name) ? value : `${name} ${value}`];
  });
  const state = isOn(rule.enable) ? "" : " (off)";
  const comment = valueText(rule.comment);
  return `${parts.join(" ")}${state}${comment === undefined ? "" : ` "${comment}"`}`;
}

function keepsOut({ action, enable }: Row): boolean {
  return /^(?:DROP|REJECT)$/i.test(String(action)) && isOn(enable);
}

/** True when the firewall is off at this place or in the whole datacenter: rules do nothing. */
async function isIdle(args: Args, state: CurrentState, options: ReadOperation): Promise<boolean> {
  const datacenter = await readNamed(state, "GET /cluster/firewall/options", args);
  if (datacenter !== undefined && !isOn(datacenter.enable)) return true;
  const own = await readNamed(state, options, args);
  if (own === undefined) return false;
  return options.startsWith("GET /nodes/{node}/firewall") ? isOff(own.enable) : !isOn(own.enable);
}

/**
 * A new rule.
 *
 * @param options Reads whether the firewall is on where the rule stands.
 */
export function newRule(
  options: ReadOperation,
  { guests }: Whose = {},
): readonly Effect<"action" | "enable">[] {
  return [{
    takes: "what an enabled rule with DROP or REJECT keeps out from now on",
    by: ["action", "enable"],
    judge: async (args, state) => {
      if (!keepsOut(args)) return [];
      if (await isIdle(args, state, options)) return [];
      return [{
        what: `what gets through until now and not past the new rule ${describeRule(args)}`,
        guests: await guests?.(args, state) ?? [],
      }];
    },
  }];
}

/** The rule after a request; moving it ignores all other arguments. */
function changedTo(rule: Row, args: Args): Row {
  const after: Record<string, unknown> = { ...rule };
  for (const name of [...MATCHED, "enable"]) {
    if (args[name] !== undefined) after[name] = args[name];
  }
  for (const name of splitList(args.delete)) delete after[name];
  return after;
}

function changeOf(pos: unknown, rule: Row, args: Args): string | undefined {
  const { moveto } = args;
  if (moveto !== undefined && Number(moveto) !== Number(pos)) {
    if (!isOn(rule.enable)) return undefined;
    return `place of rule ${pos}, ${describeRule(rule)}: others come before it at ${moveto}`;
  }
  const after = changedTo(rule, args);
  const same = MATCHED.every((name) => valueText(rule[name]) === valueText(after[name]));
  if (isOn(rule.enable)) {
    if (!isOn(after.enable)) return `rule ${pos}, ${describeRule(rule)}: off`;
    return same ? undefined : `rule ${pos}, ${describeRule(rule)}: becomes ${describeRule(after)}`;
  }
  return keepsOut(after)
    ? `what gets through until now and not past rule ${pos}, ${describeRule(after)}`
    : undefined;
}

export function changedRule(
  now: ReadOperation,
  { guests }: Whose = {},
): readonly Effect<typeof DECIDING[number]>[] {
  return [{
    takes: "what the rule lets through or keeps out, when it is off, another or in another place",
    by: DECIDING,
    judge: async (args, state) => {
      if (DECIDING.every((name) => args[name] === undefined)) return [];
      const rule = await readNamed(state, now, args);
      const what = rule === undefined
        ? `what rule ${args.pos}, ${UNREAD}, lets through or keeps out`
        : changeOf(args.pos, rule, args);
      return what === undefined ? [] : [{ what, guests: await guests?.(args, state) ?? [] }];
    },
  }];
}

export function deletedRule(now: ReadOperation, { guests }: Whose = {}): readonly Effect<never>[] {
  return [deletion({
    what: "rule {pos}",
    loses: "what it lets through or keeps out",
    now,
    shows: describeRule,
    ...defined({ guests }),
  })];
}
