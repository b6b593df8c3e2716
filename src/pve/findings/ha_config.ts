/**
 * Whether HA takes a resource or a rule. Sources: PVE::API2::HA::Resources, PVE::API2::HA::Rules.
 *
 * @module
 */
import { type CurrentState, isOn } from "../effects/effect.ts";
import { readRows, type Row } from "../effects/read.ts";
import type { Args } from "../encode.ts";
import { type HaRule, nodeNames } from "../ha_placement.ts";
import { ruleErrors } from "../ha_rules.ts";
import { sidOf } from "../guests.ts";
import { splitList } from "../split_list.ts";
import { type Check, type Finding, finding, isThere } from "./finding.ts";

const RESOURCES = "GET /cluster/ha/resources";
const RULES = "GET /cluster/ha/rules";
const GROUP = "GET /cluster/ha/groups/{group}";
const LISTED = "GET /cluster/resources";

async function groupFindings({ group }: Args, state: CurrentState): Promise<Finding[]> {
  if (group === undefined || group === "") return [];
  const place = { group: String(group) };
  if (await isThere({ operation: GROUP, args: place }, state)) return [];
  const what = `There is no HA group ${group}; from Proxmox VE 9 on, rules take their place`;
  return [finding("stops it", what, GROUP, place)];
}

/** A new resource: of a guest that is there, and that HA has not yet. */
async function newResource({ sid }: Args, state: CurrentState): Promise<Finding[]> {
  const name = String(sid);
  const [kind, number] = name.includes(":") ? name.split(":") : [undefined, name];
  const guest = (await state.guests()).find(({ vmid }) => String(vmid) === number);
  const listed = (what: string): Finding[] => [
    finding("stops it", what, LISTED, { type: "vm" }),
  ];
  if (!guest) return listed(`There is no guest ${number}`);
  const own = sidOf(guest);
  if (kind !== undefined && own !== name) return listed(`Guest ${number} is ${own}, not ${name}`);
  const rows = await readRows(state, RESOURCES, {}) ?? [];
  return rows.some((row) => row.sid === own)
    ? [finding("stops it", `${own} is under HA already`, RESOURCES, {})]
    : [];
}

/** The rule as it would be. */
function ruleAfter(args: Args, rules: readonly Row[]): HaRule {
  const before = rules.find(({ rule }) => rule === args.rule);
  const { rule, type, ...own } = args;
  const gone = splitList(args.delete);
  const kept = Object.entries(before ?? {}).filter(([name]) => !gone.includes(name));
  const after = { ...Object.fromEntries(kept), ...own };
  return { ...after, rule: String(rule), ...(type === undefined ? {} : { type: String(type) }) };
}

/** A rule names what HA has, and contradicts no other. */
async function ruleFindings(args: Args, state: CurrentState): Promise<Finding[]> {
  const [rules, resources, nodes] = await Promise.all([
    readRows(state, RULES, {}),
    readRows(state, RESOURCES, {}),
    readRows(state, "GET /nodes", {}),
  ]);
  if (!rules || !nodes) return [];
  const rule = ruleAfter(args, rules);
  const names = nodes.map(({ node }) => String(node));
  const sids = resources?.map(({ sid }) => sid);
  const unmanaged = sids ? splitList(rule.resources).filter((sid) => !sids.includes(sid)) : [];
  const unknown = nodeNames(rule.nodes).filter((node) => !names.includes(node));
  const others = rules.filter((each) => each.rule !== args.rule) as readonly HaRule[];
  const after = { ...rule, disable: isOn(rule.disable) ? 1 : 0 };
  const errors = ruleErrors([...others, after], names).get(String(args.rule)) ?? [];
  return [
    ...unmanaged.map((sid) => finding("stops it", `${sid} is not under HA`, RESOURCES, {})),
    ...unknown.map((node) => finding("stops it", `There is no node ${node}`, "GET /nodes", {})),
    ...errors.map((what) => finding("stops it", `Rule ${args.rule}: ${what}`, RULES, {})),
  ];
}

/** Whether HA takes what a request sets up. */
export const haConfiguration: Check = async ({ operation, args }, state) => {
  if (/^(?:POST|PUT) \/cluster\/ha\/rules\b/.test(operation)) {
    return await ruleFindings(args, state);
  }
  if (!/^(?:POST|PUT) \/cluster\/ha\/resources(?:$|\/\{sid\}$)/.test(operation)) return [];
  const groups = await groupFindings(args, state);
  if (operation !== "POST /cluster/ha/resources") return groups;
  return [...groups, ...await newResource(args, state)];
};
