/** What PVE takes without a word, and what is easily missed in it. */
import { testSteps } from "../steps.ts";

const NO_EFI_DISK =
  "UEFI without an EFI disk forgets its boot entries at each stop: efidisk0=local-lvm:1";
const NO_TPM = "Windows 11 asks for a TPM: tpmstate0=local-lvm:1";

testSteps("a new VM with UEFI lacks an EFI disk, and Windows 11 a TPM", "proxmox_create_vm", [
  {
    call: { node: "pve1", vmid: 333, config: { bios: "ovmf", ostype: "win11" } },
    says: [NO_EFI_DISK, NO_TPM],
    hides: ["bios=ovmf"],
  },
  {
    call: {
      node: "pve1",
      vmid: 334,
      config: {
        bios: "ovmf",
        ostype: "win11",
        efidisk0: "local-lvm:1,efitype=4m,pre-enrolled-keys=1",
        tpmstate0: "local-lvm:1,version=v2.0",
      },
    },
    hides: ["UEFI", "TPM:"],
    data: { efidisk0: /^local-lvm:vm-334-/, tpmstate0: /^local-lvm:vm-334-/ },
  },
  {
    call: { node: "pve1", vmid: 335, config: { ostype: "win11" } },
    says: ["Windows 11 asks for UEFI: bios=ovmf", NO_TPM],
  },
  { call: { node: "pve1", vmid: 336 }, hides: ["UEFI", "TPM"] },
]);

testSteps(
  "a change of the firmware tells what it lacks, other changes do not",
  "proxmox_guest_config_update",
  [
    { call: { vmid: "gitlab", config: { bios: "ovmf" } }, says: [NO_EFI_DISK] },
    { call: { vmid: "gitlab", config: { tags: "development" } }, hides: ["EFI"] },
  ],
);

testSteps(
  "a mount over folders that have content says that it hides them",
  "proxmox_lxc_mountpoint",
  [
    {
      call: {
        action: "add",
        vmid: "proxy01",
        storage: "local-lvm",
        size: "8G",
        path: "/var/lib/mysql",
      },
      says: ["mp0 hides what the container has in /var/lib/mysql itself"],
      data: { mp0: /^local-lvm:vm-204-disk-1,mp=\/var\/lib\/mysql/ },
    },
    {
      call: { action: "add", vmid: "proxy01", storage: "local-lvm", size: "8G", path: "/data" },
      hides: ["hides what"],
    },
  ],
);
