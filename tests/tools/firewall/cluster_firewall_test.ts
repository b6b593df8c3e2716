import { testSteps } from "../steps.ts";

testSteps("proxmox_cluster_firewall shows options, macros and names", "proxmox_cluster_firewall", [
  {
    call: { action: "get_options" },
    says: ["Firewall options"],
    data: { policy_in: "DROP" },
  },
  { call: { action: "list_macros", filter: "macro=BGP" }, rows: [{ macro: "BGP" }] },
  {
    call: { action: "list_refs" },
    rows: [{ name: "management", type: "ipset", ref: "+management" }, {
      name: "office",
      type: "alias",
    }],
  },
  { call: { action: "list_refs", type: "alias" }, says: ["office"], hides: ["management"] },
  { call: { action: "list_refs", type: "group" }, fails: true, says: ["type: "] },
]);

testSteps("proxmox_cluster_firewall changes and clears options", "proxmox_cluster_firewall", [
  {
    call: {
      action: "update_options",
      enable: 0,
      policy_in: "REJECT",
      log_ratelimit: { enable: 1, rate: "5/second" },
    },
    sends: "PUT /cluster/firewall/options enable=0&policy_in=REJECT&log_ratelimit=1,rate=5/second",
  },
  {
    call: { action: "update_options", policy_in: "", log_ratelimit: "", enable: null },
    sends: "PUT /cluster/firewall/options delete=policy_in,log_ratelimit",
  },
  { call: { action: "get_options" }, data: { enable: 0 }, hides: ["policy_in", "log_ratelimit"] },
  {
    call: { action: "update_options", policy_in: "MAYBE" },
    fails: true,
    says: ["policy_in: "],
    sends: "",
  },
  {
    call: { action: "update_options", enable: 1, digest: "0".repeat(40) },
    fails: true,
    says: ["read it again and send the new digest"],
  },
]);
