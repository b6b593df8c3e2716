import { defineTool, destroy } from "../../tool/define.ts";

export default defineTool({
  name: "proxmox_node_disk_admin",
  title: "Erase disks",
  description:
    "Write an empty GPT to a disk. wipe is for root@pam only, not for API tokens: use the web interface.",
  parameterDescriptions: { disk: "/dev/sdb" },
  actions: {
    init_gpt: destroy("POST /nodes/{node}/disks/initgpt", {
      lossDescription: "the partitions of the disk, and what is on them",
      successMessage: "{disk} of {node} has an empty GPT",
    }),
    wipe: destroy("PUT /nodes/{node}/disks/wipedisk", {
      lossDescription: "all data of the disk",
      successMessage: "{disk} of {node} is wiped",
    }),
  },
});
