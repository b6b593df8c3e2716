import { testSteps } from "../steps.ts";

testSteps("proxmox_node_disk shows disks and what is on them", "proxmox_node_disk", [
  {
    call: { action: "list", node: "pve1" },
    rows: [{
      devpath: "/dev/nvme0n1",
      type: "nvme",
      size: 480000000000,
      used: "LVM",
      health: "PASSED",
    }],
  },
  {
    call: {
      action: "list",
      node: "pve1",
      type: "unused",
      skip_smart: true,
      include_partitions: true,
    },
    says: ["/dev/sde"],
    hides: ["nvme"],
  },
  {
    call: { action: "smart", node: "pve1", disk: "/dev/nvme0n1" },
    says: ["SMART of /dev/nvme0n1", "Temperature:"],
    data: { health: "PASSED" },
  },
  {
    call: { action: "smart", node: "pve1", disk: "/dev/sda", health_only: true },
    says: ["PASSED"],
  },
  { call: { action: "smart", node: "pve1", disk: "/dev/../x" }, fails: true, says: ["disk: "] },
  {
    call: { action: "lvm", node: "pve1" },
    rows: [{ vg: "pve", kind: "physical volume", name: "/dev/nvme0n1" }],
  },
  { call: { action: "zfs", node: "pve1" }, rows: [{ name: "tank", health: "ONLINE" }] },
  {
    call: { action: "lvmthin", node: "pve1" },
    rows: [{ lv: "data", vg: "pve", lv_size: 343597383680 }],
  },
  { call: { action: "directory", node: "pve1" }, says: ["Directories on disks of pve1: 0"] },
  { call: { action: "zfs", node: "pve9" }, fails: true, says: ["hostname lookup"] },
]);
