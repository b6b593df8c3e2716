import { testSteps } from "../steps.ts";

testSteps(
  "proxmox_lxc_mountpoint adds volumes at a path, and detaches them",
  "proxmox_lxc_mountpoint",
  [
    {
      call: {
        action: "add",
        vmid: "proxy01",
        mp: "mp0",
        storage: "local-lvm",
        size: "1.5G",
        path: "/data",
        backup: true,
      },
      says: ["Added mp0 at /data to proxy01 (204)"],
    },
    {
      call: { action: "add", vmid: "proxy01", mp: "mp0", storage: "tank", size: "8G", path: "/x" },
      fails: true,
      says: ["mp=/data,backup=1,size=1536M; mp1 is free"],
      sends: "",
    },
    {
      call: { action: "add", vmid: "proxy01", mp: "mp1", storage: "tank", size: "8G" },
      fails: true,
      says: ["path: is missing"],
      sends: "",
    },
    {
      call: { action: "remove", vmid: "proxy01", mp: "mp0" },
      says: [
        "Detached mp0 from proxy01 (204); its data stays as unused0",
        "proxmox_guest_config_update delete=unused0 deletes the data too",
      ],
    },
    {
      call: { action: "remove", vmid: "proxy01", mp: "mp0" },
      fails: true,
      says: ["There is no mp0", "the config has none"],
      sends: "",
    },
    {
      call: {
        action: "add",
        vmid: "dns01",
        mp: "mp0",
        storage: "local-lvm",
        size: "1G",
        path: "/d",
      },
      says: ["Added mp0 at /d to dns01 (200)"],
    },
    {
      call: { action: "remove", vmid: "dns01", mp: "mp0" },
      says: ["Written, in effect from the next start of dns01 (200): mp0"],
    },
    {
      call: { action: "remove", vmid: "web01", mp: "mp0" },
      fails: true,
      says: ["It works on containers only"],
    },
  ],
);
