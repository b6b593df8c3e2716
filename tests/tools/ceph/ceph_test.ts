import { testSteps } from "../steps.ts";

testSteps("proxmox_ceph tells the state at a glance and in full", "proxmox_ceph", [
  {
    call: { action: "status" },
    says: [
      "health: HEALTH_OK",
      "monitors: 3 of 3 in quorum: pve1, pve2, pve3",
      "osds: 6 up, 6 in, of 6",
      "active+clean",
      "usage: ",
      "details: ",
    ],
    hides: ["[object Object]"],
  },
  { call: { node: "pve2" }, says: ["HEALTH_OK"] },
  { call: { node: "pve9" }, fails: true, says: ["There is no such node"] },
]);
