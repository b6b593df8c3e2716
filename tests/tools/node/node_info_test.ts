import { testSteps } from "../steps.ts";

const SUMMARY = { min: /\d/, avg: /\d/, max: /\d/, last: /\d/ };

testSteps("proxmox_node_info shows templates, traffic and the report", "proxmox_node_info", [
  {
    call: { action: "aplinfo", node: "pve1", filter: "debian" },
    says: ["debian-12-standard"],
  },
  {
    call: { action: "netstat", node: "pve1" },
    rows: [{ vmid: "100", dev: "net0" }],
    hides: ["N/A"],
  },
  { call: { action: "report", node: "pve1" }, says: ["==== general system info", "pveversion"] },
  {
    call: { action: "report", node: "pve9" },
    fails: true,
    says: ["hostname lookup 'pve9' failed"],
  },
]);

testSteps("proxmox_node_info sums up series and shows their newest points", "proxmox_node_info", [
  {
    call: { action: "rrddata", node: "pve1" },
    says: ["Load of pve1: ", "newest first"],
    data: { cpu: SUMMARY },
  },
  {
    call: { action: "rrddata", node: "pve1", timeframe: "day", cf: "MAX", fields: "cpu", limit: 2 },
    content: { columns: ["time", "cpu"], next_offset: 2 },
    data: { cpu: SUMMARY, memused: undefined },
  },
  { call: { action: "rrddata", node: "pve1", timeframe: "eon" }, fails: true, says: ["timeframe"] },
  {
    call: { action: "storage_rrddata", node: "pve1", storage: "local" },
    says: ["Use of local on pve1: "],
    data: { used: SUMMARY },
  },
  { call: { action: "storage_rrddata", storage: "local" }, says: ["Use of local on pve"] },
  {
    call: { action: "storage_rrddata", node: "pve1", storage: "../../qemu" },
    fails: true,
    says: ["storage"],
  },
  { call: { action: "storage_rrddata", node: "pve1" }, fails: true, says: ["storage: is missing"] },
]);
