import { testSteps } from "../steps.ts";

testSteps(
  "proxmox_guest_feature says whether it is there, and on which nodes",
  "proxmox_guest_feature",
  [
    {
      call: { vmid: "web01", feature: "snapshot" },
      says: ["Feature snapshot of web01 (100)", "hasFeature: true", "nodes: "],
    },
    { call: { vmid: "dns01", feature: "copy" }, says: ["hasFeature: "] },
    { call: { vmid: "web01", feature: "fly" }, fails: true, says: ["snapshot, clone, copy"] },
  ],
);
