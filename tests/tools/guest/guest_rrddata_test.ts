import { testSteps } from "../steps.ts";

testSteps("proxmox_guest_rrddata gives the newest points and a summary", "proxmox_guest_rrddata", [
  {
    call: { vmid: "web01", fields: ["cpu"] },
    says: ["Load of web01 (100): 70 points", "newest first"],
    rows: [{ time: "2026-01-15T09:30:00Z" }],
    data: { cpu: { min: /\d/, avg: /\d/, max: /\d/, last: /\d/ } },
    hides: ["netin", "trend"],
  },
  {
    call: { vmid: "web01", fields: ["cpu", "maxcpu"], sparkline: true },
    data: { cpu: { trend: /^[▁-█]{40}$/ }, maxcpu: { min: 4, avg: 4, max: 4, last: 4 } },
  },
  {
    call: { vmid: "dns01", timeframe: "day", limit: 1 },
    says: ["Load of dns01 (200)"],
    content: { next_offset: 1 },
  },
  { call: { vmid: "web01", timeframe: "decade" }, fails: true, says: ["hour, day, week"] },
]);
