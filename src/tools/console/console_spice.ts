import { defineTool, write } from "../../tool/define.ts";
import { withTicketNotes } from "./_console.ts";

export default defineTool({
  name: "proxmox_console_spice",
  title: "SPICE console",
  description: "What a SPICE viewer needs to show a guest.",
  actions: {
    default: write("POST /nodes/{node}/{type}/{vmid}/spiceproxy", {
      successMessage: "SPICE console of {guest}",
      unmaskedFields: ["password"],
      shape: withTicketNotes,
    }),
  },
});
