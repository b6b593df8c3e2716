import { defineTool, read } from "../../tool/define.ts";

export default defineTool({
  name: "proxmox_get_next_vmid",
  title: "Next free vmid",
  description: "The next free guest number.",
  actions: {
    default: read("GET /cluster/nextid"),
  },
});
