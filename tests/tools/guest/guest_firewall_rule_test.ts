import { testSteps } from "../steps.ts";

testSteps(
  "proxmox_guest_firewall_rule creates, shows, changes and deletes rules",
  "proxmox_guest_firewall_rule",
  [
    {
      call: {
        action: "create",
        vmid: "web01",
        rule_action: "ACCEPT",
        rule_type: "in",
        dport: "22",
        proto: "tcp",
      },
      says: ["Added a firewall rule to web01 (100)", "The rule is off: enable=1 switches it on"],
      sends: "POST /nodes/pve1/qemu/100/firewall/rules action=ACCEPT&type=in&dport=22&proto=tcp",
    },
    {
      call: { action: "list", vmid: "web01", type: "vm" },
      rows: [{ pos: 0, enable: 0, type: "in", action: "ACCEPT" }],
    },
    {
      call: {
        action: "update",
        vmid: "web01",
        pos: 0,
        enable: 1,
        rule_action: "DROP",
        comment: "ssh",
      },
      says: ["Changed firewall rule 0 of web01 (100)"],
    },
    {
      call: { action: "get", vmid: "web01", pos: 0 },
      data: { action: "DROP", comment: "ssh", enable: 1 },
    },
    { call: { action: "delete", vmid: "web01", pos: 0 }, says: ["later rules moved up"] },
    {
      call: { action: "get", vmid: "web01", pos: 9 },
      fails: true,
      says: ["no rule at position 9"],
    },
    {
      call: { action: "update", vmid: "web01", pos: 9, enable: 1 },
      fails: true,
      says: ["no rule at"],
    },
    {
      call: { action: "delete", vmid: "web01", pos: 9 },
      fails: true,
      says: ["no rule at position 9"],
    },
    { call: { action: "get", vmid: "web01" }, fails: true, says: ["pos: is missing"] },
    { call: { action: "list", vmid: "nosuch" }, fails: true, says: ['There is no guest "nosuch"'] },
    {
      call: { action: "create", vmid: "dns01", rule_type: "in" },
      fails: true,
      says: ["rule_action: is missing"],
    },
  ],
);

testSteps(
  "proxmox_guest_firewall_rule takes type for a rule's direction, true for on",
  "proxmox_guest_firewall_rule",
  [
    {
      call: { action: "create", vmid: 105, type: "in", rule_action: "ACCEPT", enable: true },
      hides: ["The rule is off"],
      sends: "POST /nodes/pve3/qemu/105/firewall/rules type=in&action=ACCEPT&enable=1",
    },
    {
      call: { action: "update", vmid: 105, pos: 0, type: "vm", rule_type: "out", enable: "no" },
      sends: "PUT /nodes/pve3/qemu/105/firewall/rules/0 type=out&enable=0",
    },
    { call: { action: "update", vmid: 105, pos: 0, type: "up" }, fails: true, says: ["type: "] },
  ],
);
