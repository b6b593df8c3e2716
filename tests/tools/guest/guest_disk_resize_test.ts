import { testSteps } from "../steps.ts";

testSteps(
  "proxmox_guest_disk_resize grows by or to a size with its unit",
  "proxmox_guest_disk_resize",
  [
    {
      call: { vmid: "web02", disk: "scsi0", size: "+5 GiB" },
      says: ["scsi0 of web02 (101) has grown", "size=45G", "grown by its own system"],
      sends: "PUT /nodes/pve2/qemu/101/resize disk=scsi0&size=+5G",
    },
    {
      call: { vmid: "dns01", disk: "rootfs", size: "6g" },
      says: ["rootfs of dns01 (200) has grown", "size=6G"],
      hides: ["own system"],
      sends: "PUT /nodes/pve1/lxc/200/resize disk=rootfs&size=6G",
    },
    {
      call: { vmid: "web02", disk: "scsi0", size: "5" },
      fails: true,
      says: ["expected a size with its unit"],
      sends: "",
    },
    {
      call: { vmid: "web02", disk: "scsi0", size: "5G" },
      fails: true,
      says: [
        "shrinking disks is not supported",
        "scsi0 is ceph-vm:vm-101-disk-0,iothread=1,size=45G",
      ],
    },
    {
      call: { vmid: "dns01", disk: "scsi0", size: "+1G" },
      fails: true,
      says: ["There is no scsi0", "the config has rootfs"],
      sends: "",
    },
    {
      call: { vmid: "web02", disk: "sda", size: "+1G" },
      fails: true,
      says: ["There is no sda", "the config has scsi0"],
      sends: "",
    },
    {
      call: { vmid: "web02", disk: "name", size: "+1G" },
      fails: true,
      says: ["There is no name", "the config has scsi0"],
      sends: "",
    },
    {
      call: { vmid: "web02", disk: "scsi7", size: "+1G" },
      fails: true,
      says: ["There is no scsi7", "the config has scsi0"],
      sends: "",
    },
  ],
);
