import { defineTool, write } from "../../tool/define.ts";
import { ALREADY_READS, alreadySo } from "./_already.ts";

export default defineTool({
  name: "proxmox_guest_resume",
  title: "Resume a VM",
  description: "Continue a paused VM.",
  actions: {
    default: write("POST /nodes/{node}/qemu/{vmid}/status/resume", {
      successMessage: "{guest} is running",
      already: alreadySo("running"),
      alsoReads: ALREADY_READS,
    }),
  },
});
