import { testSteps } from "../steps.ts";

testSteps("proxmox_guest_disk_move moves disks and volumes", "proxmox_guest_disk_move", [
  {
    call: { vmid: "web02", disk: "scsi0", storage: "tank" },
    says: ["Moved scsi0 of web02 (101) to tank"],
    sends: "POST /nodes/pve2/qemu/101/move_disk storage=tank&disk=scsi0&delete=1",
  },
  {
    call: { vmid: "proxy01", disk: "rootfs", storage: "tank", delete: false },
    says: ["Moved rootfs of proxy01 (204) to tank"],
    sends: "POST /nodes/pve2/lxc/204/move_volume storage=tank&volume=rootfs&delete=0",
  },
  {
    call: { vmid: "web02", disk: "rootfs", storage: "tank" },
    fails: true,
    says: ["There is no rootfs", "the config has scsi0"],
    sends: "",
  },
  { call: { vmid: "web02", disk: "scsi0" }, fails: true, says: ["storage: is missing"], sends: "" },
  {
    call: { vmid: "dns01", disk: "mp9", storage: "tank" },
    fails: true,
    says: ["There is no mp9", "the config has rootfs"],
    sends: "",
  },
  {
    call: { vmid: "db01", disk: "scsi0", storage: "tank" },
    fails: true,
    says: [
      "Snapshots of db01 (102): after-upgrade, before-upgrade",
      "delete=false leaves the old volume to them as unusedN",
    ],
  },
  {
    call: { vmid: "web02", disk: "scsi0", storage: "nosuch" },
    fails: true,
    says: ["storage 'nosuch' does not exist"],
  },
]);
