import { testSteps } from "../steps.ts";

testSteps(
  "proxmox_guest_resize is exact about units, and says when it takes effect",
  "proxmox_guest_resize",
  [
    {
      call: { vmid: "win11-test", memory: "4G", cores: 2 },
      says: ["Resized win11-test (107)"],
      sends: "PUT /nodes/pve3/qemu/107/config memory=4096&cores=2",
    },
    {
      call: { vmid: "web02", memory: 4096 },
      says: [
        "Written, in effect from the next start of web02 (101): memory",
        "proxmox_guest_reboot",
      ],
      data: { pending: { "memory": "8192 → 4096" } },
    },
    {
      call: { vmid: "dns01", memory: "1G" },
      says: ["Resized dns01 (200)"],
      sends: "PUT /nodes/pve1/lxc/200/config memory=1024",
    },
    { call: { vmid: "dns01" }, fails: true, says: ["Nothing to resize"], sends: "" },
    { call: { vmid: "dns01", memory: "lots" }, fails: true, says: ['got "lots"'], sends: "" },
  ],
);
