import { testSteps } from "../steps.ts";

testSteps("proxmox_ceph_fs lists, creates and destroys file systems", "proxmox_ceph_fs", [
  {
    call: { action: "list" },
    rows: [{ name: "cephfs", data_pool: "cephfs_data", metadata_pool: "cephfs_metadata" }],
  },
  {
    call: { action: "create", name: "second", data_pool: "x" },
    says: ['CephFS "second" is created', '"data_pool" was not used', "NAME_data"],
    sends: "POST /nodes/pve1/ceph/fs/second",
  },
  { call: { action: "create", name: "second" }, fails: true, says: ["already exists"] },
  {
    call: { action: "delete", name: "second", "remove-pools": true },
    says: ['CephFS "second" is destroyed'],
    sends: "DELETE /nodes/pve1/ceph/fs/second remove-pools=1",
  },
  { call: { action: "delete", name: "second" }, fails: true },
]);
