import type { ActionSpec } from "../../tool/define.ts";
import { defineTool, destroy, read, write } from "../../tool/define.ts";

/** `action` chooses what the tool does and `type` the guest, so a rule's own have other names. */
const aliases = { rule_action: "action", rule_type: "type" } as const;

/** PVE adds rules switched off. */
const noteWhenOff: NonNullable<ActionSpec<string>["outcome"]> = (_context, args, end) =>
  Promise.resolve(
    end.state === "done" && !args.enable
      ? { notes: ["The rule is off: enable=1 switches it on"] }
      : {},
  );

export default defineTool({
  name: "proxmox_guest_firewall_rule",
  title: "Guest firewall rules",
  description: "Firewall rules of a guest.",
  words: {
    rule_action: "ACCEPT, DROP or a group",
    enable: "1 on; new rules are off",
  },
  actions: {
    list: read("GET /nodes/{node}/{type}/{vmid}/firewall/rules", {
      columns: [
        "pos",
        "type",
        "action",
        "enable",
        "macro",
        "proto",
        "source",
        "sport",
        "dest",
        "dport",
        "iface",
        "log",
        "comment",
      ],
    }),
    get: read("GET /nodes/{node}/{type}/{vmid}/firewall/rules/{pos}", { required: ["pos"] }),
    create: write("POST /nodes/{node}/{type}/{vmid}/firewall/rules", {
      aliases,
      params: [
        "action",
        "type",
        "enable",
        "macro",
        "proto",
        "source",
        "dest",
        "dport",
      ],
      done: "Added a firewall rule to {guest}",
      outcome: noteWhenOff,
    }),
    update: write("PUT /nodes/{node}/{type}/{vmid}/firewall/rules/{pos}", {
      aliases,
      required: ["pos"],
      done: "Changed firewall rule {pos} of {guest}",
    }),
    delete: destroy("DELETE /nodes/{node}/{type}/{vmid}/firewall/rules/{pos}", {
      required: ["pos"],
      done: "Deleted firewall rule {pos} of {guest}; later rules moved up",
      loses: "the rule, and what it allows or keeps out",
    }),
  },
});
