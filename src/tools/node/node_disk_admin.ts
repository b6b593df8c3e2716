import { defineTool, write } from "../../tool/define.ts";

export default defineTool({
  name: "proxmox_node_disk_admin",
  title: "Erase disks",
  description: "Write an empty GPT to a disk. wipe needs a login of root@pam.",
  actions: {
    init_gpt: write("POST /nodes/{node}/disks/initgpt", {
      successMessage: "{disk} of {node} has an empty GPT",
    }),
    wipe: write("PUT /nodes/{node}/disks/wipedisk", {
      successMessage: "{disk} of {node} is wiped",
    }),
  },
});
