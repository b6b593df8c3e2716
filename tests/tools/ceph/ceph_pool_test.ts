import { testSteps } from "../steps.ts";

testSteps("proxmox_ceph_pool lists pools and shows one", "proxmox_ceph_pool", [
  {
    call: { action: "list" },
    rows: [{
      pool_name: "vm",
      pool: 2,
      type: "replicated",
      size: 3,
      min_size: 2,
      pg_num: 128,
      used_fraction: /^0\.092/,
    }],
  },
  {
    call: { action: "get", name: "vm" },
    says: ['Ceph pool "vm"'],
    data: { crush_rule: "replicated_rule" },
  },
  { call: { action: "get", name: "none" }, fails: true },
]);

testSteps("proxmox_ceph_pool creates, changes and destroys pools", "proxmox_ceph_pool", [
  {
    call: { action: "create", name: "fast", pg_num: "64", size: "3" },
    says: ['Pool "fast" is created'],
    content: { task: { exitstatus: "OK" } },
    sends: "POST /nodes/pve1/ceph/pool name=fast&pg_num=64&size=3",
  },
  { call: { action: "create", name: "fast" }, fails: true, says: ["already exists"] },
  { call: { action: "create", name: "big", size: 9 }, fails: true, says: ["size: "], sends: "" },
  {
    call: { action: "update", name: "fast", size: 2, pg_autoscale_mode: "on" },
    says: ['Pool "fast" is updated'],
    sends: "PUT /nodes/pve1/ceph/pool/fast size=2&pg_autoscale_mode=on",
  },
  { call: { action: "update", name: "none", size: 2 }, fails: true },
  { call: { action: "delete", name: "fast" }, says: ['Pool "fast" and its data are destroyed'] },
  { call: { action: "delete", name: "vm" }, fails: true, says: ["in use by storage 'ceph-vm'"] },
]);
