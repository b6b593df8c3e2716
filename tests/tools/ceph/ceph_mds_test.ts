import { testSteps } from "../steps.ts";

testSteps("proxmox_ceph_mds lists, creates and destroys metadata servers", "proxmox_ceph_mds", [
  {
    call: { action: "list" },
    says: ["Ceph metadata servers: 2"],
    rows: [{ state: "up:active", fs_name: "cephfs" }],
  },
  {
    call: { action: "create", node: "pve3", hotstandby: true },
    says: ["Metadata server pve3 runs on pve3"],
    sends: "POST /nodes/pve3/ceph/mds/pve3 hotstandby=1",
  },
  {
    call: { action: "create", node: "pve3", name: "a b" },
    fails: true,
    says: ["name: "],
    sends: "",
  },
  {
    call: { action: "delete", node: "pve3", name: "pve3" },
    says: ["Metadata server pve3 is destroyed"],
    sends: "DELETE /nodes/pve3/ceph/mds/pve3",
  },
  { call: { action: "delete", node: "pve3", name: "pve9" }, fails: true, says: ["pve9"] },
]);
