import { defineTool, write } from "../../tool/define.ts";

export default defineTool({
  name: "proxmox_guest_start",
  title: "Start a guest",
  description: "Power on a VM or container.",
  actions: {
    default: write("POST /nodes/{node}/{type}/{vmid}/status/start", { done: "{guest} is running" }),
  },
});
