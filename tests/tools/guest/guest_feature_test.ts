import { testSteps } from "../steps.ts";

testSteps(
  "proxmox_guest_feature says whether it is there, and on which nodes",
  "proxmox_guest_feature",
  [
    {
      call: { vmid: "web01", feature: "snapshot" },
      says: ["Feature snapshot of web01 (100)"],
      data: { hasFeature: true, nodes: /pve1/ },
    },
    { call: { vmid: "dns01", feature: "copy" }, data: { hasFeature: true } },
    { call: { vmid: "web01", feature: "fly" }, fails: true, says: ["snapshot, clone, copy"] },
  ],
);
