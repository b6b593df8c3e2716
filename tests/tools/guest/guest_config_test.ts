import { testSteps } from "../steps.ts";

testSteps(
  "proxmox_guest_config shows every key, and what is pending beside it",
  "proxmox_guest_config",
  [
    {
      call: { vmid: "gitlab" },
      data: {
        memory: "16384",
        scsihw: "virtio-scsi-single",
        digest: /./,
        pending: { "memory": "16384 → 24576" },
      },
    },
    { call: { vmid: "gitlab", current: false }, data: { memory: "24576" } },
    {
      call: { vmid: "dns01" },
      data: { rootfs: /./, unprivileged: 1, swap: "512" },
      hides: ["pending"],
    },
    {
      call: { vmid: "db01", snapshot: "before-upgrade" },
      data: { memory: /./ },
      hides: ["pending"],
    },
    {
      call: { vmid: "db01", snapshot: "nosuch" },
      fails: true,
      says: ["snapshot 'nosuch' does not exist"],
    },
  ],
);
