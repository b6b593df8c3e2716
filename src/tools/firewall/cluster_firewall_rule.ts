import type { Args } from "../../pve/encode.ts";
import type { CallContext } from "../../tool/context.ts";
import { defineTool, destroy, read, write } from "../../tool/define.ts";

const COLUMNS = [
  "pos",
  "enable",
  "type",
  "action",
  "macro",
  "source",
  "dest",
  "proto",
  "dport",
  "sport",
  "iface",
  "log",
  "comment",
];
const PARAMS = [
  "action",
  "type",
  "enable",
  "macro",
  "proto",
  "source",
  "dest",
  "dport",
  "comment",
  "group",
] as const;
const ALIASES = { rule_action: "action" } as const;
const RULE = {
  param: "group",
  given: "GET /cluster/firewall/groups/{group}/{pos}",
  otherwise: "GET /cluster/firewall/rules/{pos}",
} as const;

/** PVE switches a new rule off unless told otherwise; that is easily missed. */
function tellWhetherOn(args: Args, context: CallContext): Args {
  if (Number(args.enable ?? 0) === 0) {
    context.notes.push("The rule is off: enable=1 switches it on");
  }
  return args;
}

export default defineTool({
  name: "proxmox_cluster_firewall_rule",
  title: "Datacenter firewall rules",
  description: "Firewall rules of the datacenter or, with group, of a security group.",
  words: {
    rule_action: "ACCEPT, DROP, REJECT or a security group",
    enable: "1 is on; a new rule is off",
    dport: "22,8000:8100",
  },
  actions: {
    list: read({
      param: "group",
      given: "GET /cluster/firewall/groups/{group}",
      otherwise: "GET /cluster/firewall/rules",
    }, { params: ["group"], columns: COLUMNS }),
    get: read(RULE, { params: ["group"] }),
    create: write({
      param: "group",
      given: "POST /cluster/firewall/groups/{group}",
      otherwise: "POST /cluster/firewall/rules",
    }, {
      params: PARAMS,
      aliases: ALIASES,
      prepare: tellWhetherOn,
      done: "The rule is created, before the others unless pos was given",
    }),
    update: write({
      param: "group",
      given: "PUT /cluster/firewall/groups/{group}/{pos}",
      otherwise: "PUT /cluster/firewall/rules/{pos}",
    }, { params: [...PARAMS, "moveto"], aliases: ALIASES, done: "Rule {pos} is changed" }),
    delete: destroy({
      param: "group",
      given: "DELETE /cluster/firewall/groups/{group}/{pos}",
      otherwise: "DELETE /cluster/firewall/rules/{pos}",
    }, { params: ["group"], done: "Rule {pos} is deleted; those after it have moved up" }),
  },
});
