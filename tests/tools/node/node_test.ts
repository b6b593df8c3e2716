import { testSteps } from "../steps.ts";

testSteps("proxmox_node lists nodes with their load, and shows all of one", "proxmox_node", [
  {
    call: { action: "list" },
    says: ["Nodes: 3"],
    rows: [{ node: "pve1", status: "online", maxmem: 137438953472, uptime: /^\d+$/ }],
  },
  {
    call: { action: "list", fields: ["node", "ssl_fingerprint"], filter: "pve2" },
    says: ["Nodes: 1"],
    rows: [{ node: "pve2", ssl_fingerprint: /^[\dA-F:]{95}$/ }],
  },
  {
    call: { action: "status", node: "pve1" },
    says: ["Status of pve1", "pveversion", "cpuinfo", "kversion", "boot-info", "loadavg"],
    data: { swap: { free: 8589934592, total: 8589934592 } },
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
    rows: [{ iface: "vmbr0", type: "bridge", cidr: "192.0.2.11/24", bridge_vlan_aware: 1 }],
  },
  { call: { action: "network", node: "pve1", type: "eth" }, says: ["eno1"], hides: ["vmbr0"] },
  { call: { action: "network", node: "pve1", type: "x&y" }, fails: true, says: ["type"] },
  { call: { action: "dns", node: "pve1" }, data: { search: "example.com", dns1: "192.0.2.53" } },
  { call: { action: "iface", node: "pve1", iface: "vmbr0" }, data: { cidr: "192.0.2.11/24" } },
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
    says: ["lacks Sys.Audit on /nodes/pve1"],
  },
], { token: "limited" });
