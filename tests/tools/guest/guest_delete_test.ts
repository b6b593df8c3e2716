import { testSteps } from "../steps.ts";

testSteps(
  "proxmox_guest_delete deletes a stopped guest, and says what holds others",
  "proxmox_guest_delete",
  [
    {
      call: { vmid: "win11-test", purge: true, "destroy-unreferenced-disks": true },
      says: ["win11-test (107) is deleted"],
      content: { task: { type: "qmdestroy" } },
      sends: "DELETE /nodes/pve3/qemu/107 purge=1&destroy-unreferenced-disks=1",
    },
    {
      call: { vmid: "gitlab" },
      fails: true,
      says: ["gitlab (104) runs: proxmox_guest_stop first, then delete it"],
    },
    { call: { vmid: "web02" }, fails: true, says: ["purge=true takes it out of HA"] },
    { call: { vmid: "web01", force: true }, fails: true, says: ["force: not for VMs"], sends: "" },
  ],
);

testSteps("proxmox_guest_delete names what a VM has in place of force", "proxmox_guest_delete", [
  {
    call: { vmid: 105, force: true },
    fails: true,
    says: ["force: not for VMs: stop it first; purge=true takes it out of jobs and HA"],
    sends: "",
  },
]);
