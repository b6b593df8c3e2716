import { testSteps } from "../steps.ts";

testSteps("proxmox_sdn_zone shows zones as they will be, and that they wait", "proxmox_sdn_zone", [
  {
    call: { action: "list" },
    rows: [{ zone: "lan", type: "vlan", bridge: "vmbr0" }],
    hides: ["pending"],
  },
  {
    call: { action: "update", zone: "lan", mtu: 1450, type: "vlan", delete: "ipam" },
    says: ['Zone "lan" is redefined', '"type" was not used', "Pending: nothing changes"],
    sends: "PUT /cluster/sdn/zones/lan mtu=1450&delete=ipam",
  },
  {
    call: { action: "list" },
    says: ["What has a state is pending"],
    rows: [{ zone: "lan", type: "vlan", bridge: "vmbr0", mtu: 1450, ipam: null, state: "changed" }],
  },
  {
    call: { action: "get", zone: "lan" },
    says: ["ipam deleted"],
    data: { mtu: 1450, state: "changed" },
  },
  { call: { action: "get", zone: "none" }, fails: true, says: ["none"] },
  {
    call: { action: "apply" },
    says: ["The SDN configuration is applied on all nodes"],
    content: { task: { exitstatus: "OK" } },
    sends: "PUT /cluster/sdn",
  },
  { call: { action: "get", zone: "lan" }, data: { mtu: 1450 }, hides: ["state", "pending"] },
]);

testSteps("proxmox_sdn_zone defines and deletes zones of each kind", "proxmox_sdn_zone", [
  {
    call: {
      action: "create",
      zone: "far",
      type: "vxlan",
      peers: ["192.0.2.11", "192.0.2.12"],
      comment: "x",
    },
    says: ['Zone "far" is defined', '"comment" was not used', "Pending: nothing changes"],
    sends: "POST /cluster/sdn/zones zone=far&type=vxlan&peers=192.0.2.11,192.0.2.12",
  },
  {
    call: { action: "create", zone: "far", type: "vxlan", peers: "192.0.2.11" },
    fails: true,
    says: ["already defined"],
  },
  { call: { action: "create", zone: "x1" }, fails: true, says: ["type: is missing"], sends: "" },
  { call: { action: "delete", zone: "far" }, says: ['Zone "far" is no longer defined', "Pending"] },
  { call: { action: "delete", zone: "lan" }, fails: true, says: ["used by vnet"] },
]);

testSteps("proxmox_sdn_zone discards all that waits", "proxmox_sdn_zone", [
  {
    call: { action: "create", zone: "far", type: "simple", vxlan: 5 },
    sends: "POST /cluster/sdn/zones zone=far&type=simple&vrf-vxlan=5",
  },
  { call: { action: "rollback" }, says: ["All pending SDN changes are discarded"] },
  { call: { action: "list" }, hides: ["far"] },
]);
