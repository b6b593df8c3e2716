import { defineTool, write } from "../../tool/define.ts";
import { withTicketNotes } from "./_console.ts";

export default defineTool({
  name: "proxmox_console_term",
  title: "Text console",
  description: "Open a terminal proxy to a guest; VMs need a serial port.",
  actions: {
    default: write("POST /nodes/{node}/{type}/{vmid}/termproxy", {
      successMessage: "Text console of {guest}",
      unmaskedFields: ["ticket"],
      shape: withTicketNotes,
    }),
  },
});
