import { testSteps } from "../steps.ts";

testSteps("proxmox_vm_disk adds disks, and says truly what detaching one does", "proxmox_vm_disk", [
  {
    call: {
      action: "add",
      vmid: "web02",
      disk: "scsi1",
      storage: "ceph-vm",
      size: "1T",
      ssd: true,
      discard: true,
    },
    says: ["Added scsi1 (1T on ceph-vm) to web02 (101)"],
    content: { task: { type: "qmconfig" } },
  },
  {
    call: { action: "add", vmid: "web02", disk: "scsi1", storage: "ceph-vm", size: "8G" },
    fails: true,
    says: ["scsi1 is in use", "discard=on,size=1T,ssd=1; scsi2 is free"],
    sends: "",
  },
  {
    call: { action: "add", vmid: "web02", disk: "scsi2", storage: "ceph-vm,ro=1", size: "8G" },
    fails: true,
    says: ["file: holds a comma"],
    sends: "",
  },
  {
    call: { action: "add", vmid: "web02", disk: "floppy0", storage: "ceph-vm", size: "8G" },
    fails: true,
    says: ["floppy0: is not a slot that PVE has"],
  },
  {
    call: { action: "remove", vmid: "web02", disk: "scsi1" },
    says: [
      "Detached scsi1 from web02 (101); its data stays as unused0",
      "disk=unused0 deletes the data",
    ],
    sends: "POST /nodes/pve2/qemu/101/config delete=scsi1&digest=…",
  },
  {
    call: { action: "remove", vmid: "web02", disk: "unused0" },
    says: ["Deleted unused0 of web02 (101) with its data"],
  },
  {
    call: { action: "remove", vmid: "db01", disk: "scsi1", purge: true },
    says: ["db01 (102)"],
    sends: "POST /nodes/pve2/qemu/102/config delete=scsi1&force=1&digest=…",
  },
  {
    call: { action: "remove", vmid: "web02", disk: "scsi9" },
    fails: true,
    says: ["There is no scsi9", "the config has scsi0"],
    sends: "",
  },
  {
    call: { action: "add", vmid: "web02", disk: "scsi5", storage: "local", size: "8G" },
    fails: true,
    says: [
      "storage 'local' does not support vm images",
      "proxmox_storage_config action=list shows what each storage may hold",
    ],
  },
  {
    call: { action: "add", vmid: "web02", disk: "scsi5", storage: "scratch", size: "8G" },
    fails: true,
    says: [
      "Task qmconfig failed",
      "storage 'scratch' is not available on node 'pve2'",
      "After the failure, in the config of web02 (101): scsi5 is not set",
    ],
  },
  {
    call: { action: "add", vmid: "dns01", disk: "scsi1", storage: "tank", size: "8G" },
    fails: true,
    says: ["It works on VMs only"],
  },
]);
