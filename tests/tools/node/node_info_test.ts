import { testSteps } from "../steps.ts";

testSteps("proxmox_node_info shows templates, traffic and the report", "proxmox_node_info", [
  {
    call: { action: "aplinfo", node: "pve1", filter: "debian" },
    says: ["template | section | os | version", "debian-12-standard"],
  },
  {
    call: { action: "netstat", node: "pve1" },
    says: ["vmid | dev | in | out", "100 | net0 | "],
    hides: ["N/A"],
  },
  { call: { action: "report", node: "pve1" }, says: ["==== general system info", "pveversion"] },
  {
    call: { action: "report", node: "pve9" },
    fails: true,
    says: ["hostname lookup 'pve9' failed"],
  },
]);
