import { defineTool, read, write } from "../../tool/define.ts";
import { changedRule, newRuleOutcome, RULE_COLUMNS, RULE_PARAMS } from "../_firewall_rule.ts";

const PARAMS = [...RULE_PARAMS, "group"] as const;
const OF_GROUP = '[ of security group "{group}"]';
const RULE = {
  param: "group",
  given: "GET /cluster/firewall/groups/{group}/{pos}",
  otherwise: "GET /cluster/firewall/rules/{pos}",
} as const;

export default defineTool({
  name: "proxmox_cluster_firewall_rule",
  title: "Datacenter firewall rules",
  description: "Rules of the datacenter, or of a security group.",
  parameterDescriptions: {
    rule_action: "ACCEPT, DROP, REJECT or a group",
    enable: "1 on; new rules are off",
    dport: "22,8000:8100",
  },
  actions: {
    list: read({
      param: "group",
      given: "GET /cluster/firewall/groups/{group}",
      otherwise: "GET /cluster/firewall/rules",
    }, {
      params: ["group"],
      columns: RULE_COLUMNS,
      successMessage: `Datacenter firewall rules${OF_GROUP}`,
    }),
    get: read(RULE, { params: ["group"], successMessage: `Firewall rule {pos}${OF_GROUP}` }),
    create: write({
      param: "group",
      given: "POST /cluster/firewall/groups/{group}",
      otherwise: "POST /cluster/firewall/rules",
    }, {
      params: PARAMS,
      outcome: newRuleOutcome,
      alsoReads: ["GET /cluster/firewall/options"],
      successMessage: `The rule${OF_GROUP} is created, before the others unless pos was given`,
    }),
    update: write({
      param: "group",
      given: "PUT /cluster/firewall/groups/{group}/{pos}",
      otherwise: "PUT /cluster/firewall/rules/{pos}",
    }, {
      params: PARAMS,
      prepare: changedRule,
      successMessage: `Rule {pos}${OF_GROUP} is changed`,
    }),
    delete: write({
      param: "group",
      given: "DELETE /cluster/firewall/groups/{group}/{pos}",
      otherwise: "DELETE /cluster/firewall/rules/{pos}",
    }, {
      params: ["group"],
      successMessage: `Rule {pos}${OF_GROUP} is deleted; those after it have moved up`,
    }),
  },
});
