import { testSteps } from "../steps.ts";

testSteps("proxmox_ceph_mon lists, destroys and creates monitors", "proxmox_ceph_mon", [
  {
    call: { action: "list" },
    says: ["Ceph monitors: 3"],
    rows: [{ name: "pve1", host: "pve1", state: "running", quorum: 1, rank: 0 }],
  },
  {
    call: { action: "delete", node: "pve3", monid: "pve3" },
    says: ["Monitor pve3 is destroyed"],
    content: { task: { exitstatus: "OK" } },
    sends: "DELETE /nodes/pve3/ceph/mon/pve3",
  },
  {
    call: { action: "create", node: "pve3" },
    says: ["Monitor pve3 runs on pve3"],
    content: { task: { exitstatus: "OK" } },
    sends: "POST /nodes/pve3/ceph/mon/pve3",
  },
  { call: { action: "create", node: "pve3", monid: "pve3" }, fails: true, says: ["pve3"] },
  {
    call: { action: "delete", monid: "pve3" },
    fails: true,
    says: ["The cluster has 3 nodes", "node: is missing"],
    sends: "",
  },
]);
