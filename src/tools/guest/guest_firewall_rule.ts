import { guestOf } from "../../tool/context.ts";
import { defineTool, read, write } from "../../tool/define.ts";
import { changedRule, newRuleNotes, RULE_COLUMNS, RULE_PARAMS } from "../_firewall_rule.ts";
import { EFFECT_READS, guestRules, NAME_READS, ruleEffect } from "./_firewall.ts";

export default defineTool({
  name: "proxmox_guest_firewall_rule",
  title: "Guest firewall rules",
  description: "Firewall rules of a guest.",
  parameterDescriptions: {
    rule_action: "ACCEPT, DROP or a group",
    enable: "1 on; new rules are off",
  },
  actions: {
    list: read("GET /nodes/{node}/{type}/{vmid}/firewall/rules", {
      columns: RULE_COLUMNS,
      run: guestRules,
      alsoReads: [...EFFECT_READS, ...NAME_READS],
    }),
    get: read("GET /nodes/{node}/{type}/{vmid}/firewall/rules/{pos}", {
      required: ["pos"],
      successMessage: "Firewall rule {pos} of {guest}",
    }),
    create: write("POST /nodes/{node}/{type}/{vmid}/firewall/rules", {
      params: RULE_PARAMS,
      successMessage: "Added a firewall rule to {guest}",
      outcome: async (context, args, { state }) => {
        if (state !== "done") return {};
        const effect = await ruleEffect(context, guestOf(context));
        return {
          notes: [...newRuleNotes(args), ...(effect && !effect.counts ? [effect.text] : [])],
        };
      },
      alsoReads: EFFECT_READS,
    }),
    update: write("PUT /nodes/{node}/{type}/{vmid}/firewall/rules/{pos}", {
      required: ["pos"],
      prepare: changedRule,
      successMessage: "Changed firewall rule {pos} of {guest}",
    }),
    delete: write("DELETE /nodes/{node}/{type}/{vmid}/firewall/rules/{pos}", {
      required: ["pos"],
      successMessage: "Deleted firewall rule {pos} of {guest}; later rules moved up",
    }),
  },
});
