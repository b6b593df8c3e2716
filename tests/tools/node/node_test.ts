import { testSteps } from "../steps.ts";

testSteps("proxmox_node lists nodes with their load, and shows all of one", "proxmox_node", [
  { call: { action: "list" }, says: ["Nodes: 3", "pve1 | online |", "128.00 GiB", "uptime"] },
  {
    call: { action: "list", fields: ["node", "ssl_fingerprint"], filter: "pve2" },
    says: ["Nodes: 1", "node | ssl_fingerprint"],
  },
  {
    call: { action: "status", node: "pve1" },
    says: ["Status of pve1", "pveversion", "cpuinfo", "swap: free", "ksm", "boot-info", "loadavg"],
  },
  { call: { action: "status" }, fails: true, says: ["The cluster has 3 nodes: pve1, pve2, pve3"] },
  {
    call: { action: "status", node: "pve9" },
    fails: true,
    says: ["hostname lookup 'pve9' failed", "proxmox_node action=list shows the nodes"],
  },
]);

testSteps("proxmox_node shows network and DNS, and keeps names in their place", "proxmox_node", [
  {
    call: { action: "network", node: "pve1" },
    says: ["iface | type", "vmbr0 | bridge", "192.0.2.11/24", "bridge_vlan_aware"],
  },
  { call: { action: "network", node: "pve1", type: "eth" }, says: ["eno1"], hides: ["vmbr0"] },
  { call: { action: "network", node: "pve1", type: "x&y" }, fails: true, says: ["type"] },
  { call: { action: "dns", node: "pve1" }, says: ["search: example.com", "dns1: 192.0.2.53"] },
  { call: { action: "iface", node: "pve1", iface: "vmbr0" }, says: ["• cidr: 192.0.2.11/24"] },
  { call: { action: "iface", node: "pve1" }, fails: true, says: ["iface: is missing"] },
  {
    call: { action: "iface", node: "pve1", iface: "vmbr8" },
    fails: true,
    says: ["interface does not exist"],
  },
  { call: { action: "iface", node: "pve1", iface: "../dns" }, fails: true, says: ["iface"] },
]);

testSteps("proxmox_node says what privilege a limited token lacks", "proxmox_node", [
  {
    call: { action: "status", node: "pve1" },
    fails: true,
    says: ["It needs Sys.Audit on /nodes/pve1"],
  },
], { token: "limited" });
