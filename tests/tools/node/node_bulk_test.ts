import { testSteps } from "../steps.ts";

testSteps("proxmox_node_bulk stops, starts and migrates guests of a node", "proxmox_node_bulk", [
  {
    call: { action: "stop_all", node: "pve1", vms: ["100", "103"], timeout: 60 },
    says: ["The guests of pve1 are stopped"],
    sends: "POST /nodes/pve1/stopall vms=100,103&timeout=60",
  },
  {
    call: { action: "start_all", node: "pve1", force: true },
    says: ["The guests of pve1 are started"],
    sends: "POST /nodes/pve1/startall force=1",
  },
  {
    call: {
      action: "migrate_all",
      node: "pve3",
      target: "pve2",
      maxworkers: 2,
      "with-local-disks": true,
    },
    says: ["The guests of pve3 are on pve2"],
    sends: "POST /nodes/pve3/migrateall target=pve2&maxworkers=2&with-local-disks=1",
  },
  {
    call: { action: "migrate_all", node: "pve3" },
    fails: true,
    says: ["target: is missing"],
    sends: "",
  },
  {
    call: { action: "start_all", node: "pve1", vms: "x" },
    fails: true,
    says: ["vms: "],
    sends: "",
  },
  { call: { action: "stop_all", node: "pve9" }, fails: true, says: ["hostname lookup"] },
]);
