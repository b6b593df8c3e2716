/**
 * Effects of the firewalls: of the datacenter, its security groups, nodes, VNets and guests.
 *
 * @module
 */
import { type ChangeOperation, type EffectTable, theGuest } from "./effect.ts";
import { deletion } from "./deletion.ts";
import { clusterOptions, guestOptions, nodeOptions, vnetOptions } from "./firewall_options.ts";
import { changedRule, deletedRule, newRule } from "./firewall_rules.ts";
import {
  changedAlias,
  changedMember,
  deletedAlias,
  deletedMember,
  deletedSet,
  newMember,
  renamedSet,
} from "./firewall_sets.ts";
import {
  forBothTypes,
  type GuestType,
  type SharedChange,
  type SharedEffectTable,
} from "./guest_operations.ts";

const NEW_ALIAS = { nothing: "a new alias is not used by any rule yet" } as const;

type GuestFirewall = Extract<SharedChange, `${string}/firewall/${string}`>;

function guestFirewall(type: GuestType): SharedEffectTable<GuestFirewall> {
  const base = `/nodes/{node}/${type}/{vmid}/firewall` as const;
  const alias = `GET ${base}/aliases/{name}` as const;
  const member = `GET ${base}/ipset/{name}/{cidr}` as const;
  const options = `GET ${base}/options` as const;
  const rule = `GET ${base}/rules/{pos}` as const;
  const whose = { guests: theGuest };
  return {
    "PUT /nodes/{node}/{type}/{vmid}/firewall/options": [guestOptions(options, theGuest)],
    "POST /nodes/{node}/{type}/{vmid}/firewall/rules": newRule(options, whose),
    "PUT /nodes/{node}/{type}/{vmid}/firewall/rules/{pos}": changedRule(rule, whose),
    "DELETE /nodes/{node}/{type}/{vmid}/firewall/rules/{pos}": deletedRule(rule, whose),
    "POST /nodes/{node}/{type}/{vmid}/firewall/aliases": NEW_ALIAS,
    "PUT /nodes/{node}/{type}/{vmid}/firewall/aliases/{name}": changedAlias(alias, whose),
    "DELETE /nodes/{node}/{type}/{vmid}/firewall/aliases/{name}": deletedAlias(alias, whose),
    "POST /nodes/{node}/{type}/{vmid}/firewall/ipset": renamedSet(whose),
    "DELETE /nodes/{node}/{type}/{vmid}/firewall/ipset/{name}": deletedSet(
      `GET ${base}/ipset/{name}`,
      whose,
    ),
    "POST /nodes/{node}/{type}/{vmid}/firewall/ipset/{name}": newMember(whose),
    "PUT /nodes/{node}/{type}/{vmid}/firewall/ipset/{name}/{cidr}": changedMember(member, whose),
    "DELETE /nodes/{node}/{type}/{vmid}/firewall/ipset/{name}/{cidr}": deletedMember(member, whose),
  };
}

const ALIAS = "GET /cluster/firewall/aliases/{name}";
const MEMBER = "GET /cluster/firewall/ipset/{name}/{cidr}";
const RULE = "GET /cluster/firewall/rules/{pos}";
const GROUP_RULE = "GET /cluster/firewall/groups/{group}/{pos}";
const NODE_RULE = "GET /nodes/{node}/firewall/rules/{pos}";
const VNET_RULE = "GET /cluster/sdn/vnets/{vnet}/firewall/rules/{pos}";

/** Effects of all firewalls. */
export const firewallEffects = {
  "PUT /cluster/firewall/options": [clusterOptions],
  "POST /cluster/firewall/rules": newRule("GET /cluster/firewall/options"),
  "PUT /cluster/firewall/rules/{pos}": changedRule(RULE),
  "DELETE /cluster/firewall/rules/{pos}": deletedRule(RULE),
  "POST /cluster/firewall/aliases": NEW_ALIAS,
  "PUT /cluster/firewall/aliases/{name}": changedAlias(ALIAS),
  "DELETE /cluster/firewall/aliases/{name}": deletedAlias(ALIAS),
  "POST /cluster/firewall/ipset": renamedSet(),
  "DELETE /cluster/firewall/ipset/{name}": deletedSet("GET /cluster/firewall/ipset/{name}"),
  "POST /cluster/firewall/ipset/{name}": newMember(),
  "PUT /cluster/firewall/ipset/{name}/{cidr}": changedMember(MEMBER),
  "DELETE /cluster/firewall/ipset/{name}/{cidr}": deletedMember(MEMBER),
  "POST /cluster/firewall/groups": {
    nothing: "a new group is empty; rules that use a renamed one are changed with it",
  },
  "DELETE /cluster/firewall/groups/{group}": [deletion({
    what: "security group {group}",
    loses: "rules that use it no longer work",
  })],
  "POST /cluster/firewall/groups/{group}": newRule("GET /cluster/firewall/options"),
  "PUT /cluster/firewall/groups/{group}/{pos}": changedRule(GROUP_RULE),
  "DELETE /cluster/firewall/groups/{group}/{pos}": deletedRule(GROUP_RULE),

  "PUT /nodes/{node}/firewall/options": [nodeOptions],
  "POST /nodes/{node}/firewall/rules": newRule("GET /nodes/{node}/firewall/options"),
  "PUT /nodes/{node}/firewall/rules/{pos}": changedRule(NODE_RULE),
  "DELETE /nodes/{node}/firewall/rules/{pos}": deletedRule(NODE_RULE),

  "PUT /cluster/sdn/vnets/{vnet}/firewall/options": [vnetOptions],
  "POST /cluster/sdn/vnets/{vnet}/firewall/rules": newRule(
    "GET /cluster/sdn/vnets/{vnet}/firewall/options",
  ),
  "PUT /cluster/sdn/vnets/{vnet}/firewall/rules/{pos}": changedRule(VNET_RULE),
  "DELETE /cluster/sdn/vnets/{vnet}/firewall/rules/{pos}": deletedRule(VNET_RULE),

  ...forBothTypes(guestFirewall),
} satisfies EffectTable<Extract<ChangeOperation, `${string}/firewall/${string}`>>;
