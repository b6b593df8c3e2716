import { defineTool, write } from "../../tool/define.ts";
import { powerOutcome } from "./_state.ts";

export default defineTool({
  name: "proxmox_guest_reboot",
  title: "Reboot a guest",
  description: "Reboot through the guest's OS; applies pending configuration.",
  actions: {
    default: write("POST /nodes/{node}/{type}/{vmid}/status/reboot", {
      successMessage: "{guest} has rebooted",
      outcome: powerOutcome("running", {
        late: true,
        hint: "proxmox_guest_stop and proxmox_guest_start do it without its OS",
      }),
      uses: ["GET /nodes/{node}/{type}/{vmid}/status/current"],
    }),
  },
});
