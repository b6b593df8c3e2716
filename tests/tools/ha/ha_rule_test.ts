import { testSteps } from "../steps.ts";

testSteps("proxmox_ha_rule manages both types of rules", "proxmox_ha_rule", [
  {
    call: { action: "list" },
    rows: [{
      rule: "keep-apart",
      type: "resource-affinity",
      guests: "web01 (100) on pve1, web02 (101) on pve2",
    }],
  },
  { call: { action: "list", type: "node-affinity" }, says: ["HA rules: 1", "prefer-first-node"] },
  { call: { action: "get", rule: "keep-apart" }, data: { affinity: "negative" } },
  {
    call: {
      action: "create",
      rule: "on-two",
      type: "node-affinity",
      resources: "vm:101",
      nodes: ["pve2:2", "pve3"],
    },
    fails: true,
    says: ["cannot be in a node affinity rule with multiple priorities"],
  },
  {
    call: {
      action: "create",
      rule: "on-two",
      type: "node-affinity",
      resources: "vm:101",
      nodes: ["pve2:2", "pve3:2"],
      strict: true,
    },
    says: ['HA rule "on-two" is created'],
    sends:
      "POST /cluster/ha/rules rule=on-two&type=node-affinity&resources=vm:101&nodes=pve2:2,pve3:2&strict=1",
  },
  {
    call: { action: "update", rule: "on-two", strict: false, disable: true },
    says: ['HA rule "on-two" is changed'],
    sends: "PUT /cluster/ha/rules/on-two strict=0&disable=1&type=node-affinity",
  },
  {
    call: { action: "update", rule: "keep-apart", comment: "spread", type: "resource-affinity" },
    sends: "PUT /cluster/ha/rules/keep-apart comment=spread&type=resource-affinity",
  },
  { call: { action: "delete", rule: "on-two" }, sends: "DELETE /cluster/ha/rules/on-two" },
  {
    call: { action: "delete", rule: "on-two" },
    fails: true,
    says: ["no such ha rule 'on-two'"],
    hides: ["is deleted"],
    sends: "",
  },
]);

testSteps("proxmox_ha_rule names what a type needs, and what PVE refuses", "proxmox_ha_rule", [
  {
    call: { action: "create", rule: "r1", type: "resource-affinity", resources: "vm:100,vm:101" },
    fails: true,
    says: ["affinity: is missing"],
    hides: ["nodes: is missing"],
    sends: "",
  },
  {
    call: { action: "create", rule: "r1", type: "node-affinity", resources: "vm:100" },
    fails: true,
    says: ["nodes: is missing"],
    sends: "",
  },
  {
    call: {
      action: "create",
      rule: "r1",
      type: "node-affinity",
      resources: "vm:104",
      nodes: "pve1",
    },
    fails: true,
    says: [
      "cannot use unmanaged resource(s) vm:104",
      "proxmox_ha_resource action=create",
    ],
  },
  { call: { action: "get", rule: "none" }, fails: true, says: ["no such ha rule 'none'"] },
  {
    call: { action: "update", rule: "none", disable: true },
    fails: true,
    says: ["none"],
    sends: "",
  },
]);
