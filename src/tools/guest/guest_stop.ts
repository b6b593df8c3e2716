import { defineTool, destroy } from "../../tool/define.ts";

export default defineTool({
  name: "proxmox_guest_stop",
  title: "Stop a guest",
  description: "Power off a VM or container at once, like pulling the plug; prefer shutdown.",
  actions: {
    default: destroy("POST /nodes/{node}/{type}/{vmid}/status/stop", {
      done: "{guest} is stopped",
    }),
  },
});
