/**
 * Effects on what firewall rules name: aliases, IP sets and their members, security groups.
 *
 * @module
 */
import { counted } from "../../base/text/units.ts";
import { deletion } from "./deletion.ts";
import { type Effect, isOn, type ReadOperation, when } from "./effect.ts";
import type { Whose } from "./firewall_rules.ts";
import { listText } from "./lists.ts";
import { pathArgs, readRows, type Row } from "./read.ts";
import { altered, settings, switched } from "./settings.ts";
import { propertyText, UNREAD, valueText } from "./words.ts";

/** An alias that means another address or has another name. */
export function changedAlias(
  now: ReadOperation,
  whose: Whose = {},
): readonly Effect<"cidr" | "rename">[] {
  return [
    settings({
      of: "alias {name}",
      now,
      rules: { cidr: altered("address that rules mean by it") },
      ...whose,
    }),
    {
      takes: "name of the alias: rules that use it no longer work",
      by: ["rename"],
      judge: async (args, state) => {
        const { name, rename } = args;
        if (rename === undefined || String(rename).toLowerCase() === String(name).toLowerCase()) {
          return [];
        }
        return [{
          what: `name of alias ${name}: rules that use it no longer work`,
          guests: await whose.guests?.(args, state) ?? [],
        }];
      },
    },
  ];
}

export function deletedAlias(now: ReadOperation, whose: Whose = {}): readonly Effect<never>[] {
  return [deletion({
    what: "alias {name}",
    loses: "rules that use it no longer work",
    now,
    shows: ["cidr", "comment"],
    ...whose,
  })];
}

/** An IP set with another name; `rename` is the present one. */
export function renamedSet(whose: Whose = {}): readonly Effect<"rename">[] {
  return [when(
    ["rename"],
    ({ name, rename }) => rename !== undefined && rename !== name,
    "present name {rename} of the IP set: rules that use it no longer work",
    whose.guests,
  )];
}

function membersText(rows: readonly Row[]): string {
  const names = rows.map(({ cidr, nomatch }) => `${isOn(nomatch) ? "!" : ""}${valueText(cidr)}`);
  return `${counted(rows.length, "member")}${rows.length > 0 ? `: ${listText(names)}` : ""}`;
}

/** A deleted IP set; PVE refuses one with members unless forced. */
export function deletedSet(members: ReadOperation, whose: Whose = {}): readonly Effect<"force">[] {
  return [{
    takes: "IP set, with force its members too: rules that use it no longer work",
    judge: async (args, state) => {
      const rows = await readRows(state, members, pathArgs(members, args));
      const known = rows === undefined ? `, members of ${UNREAD}` : ` (${membersText(rows)})`;
      return [{
        what: `IP set ${args.name}${known}: rules that use it no longer work`,
        guests: await whose.guests?.(args, state) ?? [],
      }];
    },
  }];
}

/** A new member: the exception to a set, and what `blacklist` keeps out. */
export function newMember(whose: Whose = {}): readonly Effect<"nomatch">[] {
  return [{
    takes:
      "what rules with the IP set do for an address that is excepted (nomatch), or connections of one on the blacklist",
    by: ["nomatch"],
    judge: async (args, state) => {
      const { name, cidr, nomatch } = args;
      const guests = async (): Promise<readonly number[]> =>
        await whose.guests?.(args, state) ?? [];
      if (isOn(nomatch)) {
        const what = `what rules with IP set ${name} do for ${cidr}`;
        return [{ what, guests: await guests() }];
      }
      if (name !== "blacklist") return [];
      return [{
        what: `connections of ${cidr}, which goes on the blacklist`,
        guests: await guests(),
      }];
    },
  }];
}

/** A member that becomes an exception, or is one no longer. */
export function changedMember(now: ReadOperation, whose: Whose = {}): readonly Effect<"nomatch">[] {
  const loses = "what rules with the set do for it";
  return [settings({
    of: "member {cidr} of IP set {name}",
    now,
    rules: { nomatch: switched(`${loses}: no exception any more`, `${loses}: an exception now`) },
    ...whose,
  })];
}

export function deletedMember(now: ReadOperation, whose: Whose = {}): readonly Effect<never>[] {
  return [deletion({
    what: "member {cidr} of IP set {name}",
    loses: "what rules with the set do for it",
    now,
    shows: (row) => propertyText(row, ["nomatch", "comment"]),
    ...whose,
  })];
}
