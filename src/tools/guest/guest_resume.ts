import { defineTool, write } from "../../tool/define.ts";

export default defineTool({
  name: "proxmox_guest_resume",
  title: "Resume a VM",
  description: "Continue a paused VM.",
  actions: {
    default: write("POST /nodes/{node}/qemu/{vmid}/status/resume", {
      successMessage: "{guest} is running",
    }),
  },
});
