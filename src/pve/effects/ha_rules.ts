/**
 * Effects on the rules of high availability, and on the groups that were before them: both say
 * where guests run, so a new one moves guests as well.
 *
 * @module
 */
import type { Args } from "../encode.ts";
import { nodeNames } from "../ha_placement.ts";
import { splitList } from "../split_list.ts";
import { taken } from "./creation.ts";
import { deletion } from "./deletion.ts";
import {
  type ChangeOperation,
  type Consequence,
  type CurrentState,
  type Effect,
  type EffectTable,
  type GuestsOf,
  isOn,
} from "./effect.ts";
import { guestOfSid } from "./guests_of.ts";
import { readNamed, readRows, type Row } from "./read.ts";
import { altered, clearableSettings, shortened, turnedOff, turnedOn } from "./settings.ts";
import { valueText } from "./words.ts";

function resourcesOf(rule: Row): number[] {
  return splitList(valueText(rule.resources)).flatMap(guestOfSid);
}

/** Guests that do not run as a rule wants it, and where they may be then; "" is not known. */
async function movedBy(rule: Row, state: CurrentState): Promise<Consequence[]> {
  if (isOn(rule.disable)) return [];
  const resources = resourcesOf(rule);
  const guests = (await state.guests()).filter(({ vmid }) => resources.includes(vmid));
  const nodes = nodeNames(rule.nodes);
  const running = new Set(guests.map(({ node }) => node));
  const apart = rule.affinity === "negative";
  const fits = apart ? running.size === guests.length : running.size <= 1;
  const leaving = rule.type === "node-affinity"
    ? guests.filter(({ node }) => !nodes.includes(node))
    : fits
    ? []
    : guests;
  const [only, ...others] = nodes;
  const to = only !== undefined && others.length === 0 ? only : "";
  return leaving.length === 0 ? [] : [{
    guests: leaving.map(({ vmid }) => vmid),
    after: (guest) => ({ ...guest, node: to }),
  }];
}

const MOVING = ["nodes", "resources", "affinity", "disable"] as const;

function moves(
  ruleOf: (args: Args, state: CurrentState) => Promise<Row>,
): Effect<typeof MOVING[number]> {
  return {
    takes: "the present node of guests that the rule keeps elsewhere",
    by: MOVING,
    judge: async (args, state) =>
      MOVING.some((name) => args[name] !== undefined)
        ? await movedBy(await ruleOf(args, state), state)
        : [],
  };
}

const NOW = "GET /cluster/ha/rules/{rule}";

async function changedRule(args: Args, state: CurrentState): Promise<Row> {
  const gone = splitList(args.delete);
  const kept = Object.entries(await readNamed(state, NOW, args) ?? {})
    .filter(([name]) => !gone.includes(name));
  return { ...Object.fromEntries(kept), ...args };
}

const ofRule: GuestsOf = async (args, state) => {
  const rule = await readNamed(state, NOW, args);
  return rule === undefined
    ? (await state.guests()).map(({ vmid }) => vmid)
    : [...new Set([...resourcesOf(rule), ...resourcesOf(args)])];
};

const ofGroup: GuestsOf = async ({ group }, state) =>
  (await readRows(state, "GET /cluster/ha/resources", {}) ?? [])
    .filter((row) => row.group === group).flatMap(({ sid }) => guestOfSid(sid));

/** Effects on where HA keeps guests. */
export const haRuleEffects = {
  "POST /cluster/ha/rules": [moves((args) => Promise.resolve(args))],
  "PUT /cluster/ha/rules/{rule}": [
    moves(changedRule),
    clearableSettings({
      of: "HA rule {rule}",
      now: NOW,
      guests: ofRule,
      trivial: ["order"],
      rules: {
        disable: turnedOn("off, HA no longer keeps its guests where it said"),
        strict: turnedOff("strictness, its guests may run on other nodes"),
        affinity: altered("what it says of its guests"),
        nodes: shortened("nodes", { split: nodeNames }),
        resources: shortened("guests"),
      },
    }),
  ],
  "DELETE /cluster/ha/rules/{rule}": [deletion({
    what: "HA rule {rule}",
    loses: "HA no longer keeps its guests where it said",
    now: NOW,
    shows: ["type", "affinity", "resources", "nodes"],
    guests: ofRule,
  })],

  // Of Proxmox VE 8; 9 refuses them.
  "POST /cluster/ha/groups": [taken("HA group", "GET /cluster/ha/groups", "group")],
  "PUT /cluster/ha/groups/{group}": [clearableSettings({
    of: "HA group {group}",
    now: "GET /cluster/ha/groups/{group}",
    guests: ofGroup,
    trivial: ["nofailback"],
    rules: {
      nodes: shortened("nodes", { split: nodeNames }),
      restricted: turnedOff("strictness, its guests may run on other nodes"),
    },
  })],
  "DELETE /cluster/ha/groups/{group}": [deletion({
    what: "HA group {group}",
    loses: "its guests may run on any node",
    now: "GET /cluster/ha/groups/{group}",
    shows: ["nodes", "restricted"],
    guests: ofGroup,
  })],
} satisfies EffectTable<
  Extract<ChangeOperation, `${string} /cluster/ha/${"rules" | "groups"}${string}`>
>;
