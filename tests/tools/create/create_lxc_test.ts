import { testSteps } from "../steps.ts";

const TEMPLATE = "local:vztmpl/debian-12-standard_12.12-1_amd64.tar.zst";

testSteps(
  "proxmox_create_lxc makes an unprivileged container and echoes no password",
  "proxmox_create_lxc",
  [
    {
      call: {
        node: "pve2",
        ostemplate: TEMPLATE,
        hostname: "ct1",
        password: "geheim123",
        memory: "1G",
        rootfs: "1.5G",
        net0: "name=eth0,bridge=vmbr0,ip=dhcp",
      },
      says: ["Created container 109 on pve2", "proxmox_guest_start"],
      data: { name: "ct1", status: "stopped" },
      hides: ["geheim123", "Nobody can log in"],
      sends:
        `POST /nodes/pve2/lxc ostemplate=${TEMPLATE}&hostname=ct1&password=geheim123&memory=1024&net0=name=eth0,bridge=vmbr0,ip=dhcp&unprivileged=1&rootfs=local-lvm:1.5&vmid=109`,
    },
    {
      call: { node: "pve2", vmid: 300, ostemplate: TEMPLATE, rootfs: "8", storage: "tank" },
      says: ["Created container 300", "Nobody can log in yet", "It has no network card"],
      sends:
        `POST /nodes/pve2/lxc vmid=300&ostemplate=${TEMPLATE}&unprivileged=1&storage=tank&rootfs=tank:8`,
    },
    {
      call: {
        node: "pve2",
        vmid: 301,
        ostemplate: TEMPLATE,
        rootfs: "tank:4",
        config: { cores: 2 },
      },
      says: ["Created container 301"],
      sends:
        `POST /nodes/pve2/lxc vmid=301&ostemplate=${TEMPLATE}&cores=2&unprivileged=1&rootfs=tank:4`,
    },
    {
      call: { node: "pve2", vmid: 302, ostemplate: "local:vztmpl/nosuch.tar.zst" },
      fails: true,
      says: [
        "There is no volume local:vztmpl/nosuch.tar.zst",
        "proxmox_storage_content action=list storage=local",
      ],
      sends: "",
    },
    { call: { node: "pve2" }, fails: true, says: ["ostemplate: is missing"], sends: "" },
    {
      call: { node: "pve2", ostemplate: "nas:backup/x.tar.zst", restore: true },
      fails: true,
      says: ["proxmox_backup action=restore"],
      sends: "",
    },
  ],
);
