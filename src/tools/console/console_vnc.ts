import { defineTool, write } from "../../tool/define.ts";
import { withTicketNotes } from "./_console.ts";

export default defineTool({
  name: "proxmox_console_vnc",
  title: "VNC console",
  description: "Open a VNC proxy to a guest's screen.",
  actions: {
    default: write("POST /nodes/{node}/{type}/{vmid}/vncproxy", {
      defaults: { websocket: true },
      successMessage: "VNC console of {guest}",
      unmaskedFields: ["ticket", "password"],
      shape: withTicketNotes,
    }),
  },
});
