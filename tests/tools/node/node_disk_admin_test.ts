import { testSteps } from "../steps.ts";

testSteps("proxmox_node_disk_admin labels a free disk and cannot wipe", "proxmox_node_disk_admin", [
  {
    call: { action: "init_gpt", node: "pve1", disk: "/dev/sde" },
    says: ["/dev/sde of pve1 has an empty GPT"],
    content: { task: { type: "diskinit" } },
    sends: "POST /nodes/pve1/disks/initgpt disk=/dev/sde",
  },
  {
    call: { action: "init_gpt", node: "pve1", disk: "/dev/sdb" },
    fails: true,
    says: ["already in use"],
  },
  {
    call: { action: "wipe", node: "pve1", disk: "/dev/sde" },
    fails: true,
    says: ["cannot be done with an API token", "Nothing was sent"],
    sends: "",
  },
]);
