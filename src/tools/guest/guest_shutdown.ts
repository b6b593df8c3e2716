import { defineTool, write } from "../../tool/define.ts";
import { ALREADY_READS, alreadySo } from "./_already.ts";
import { HA_TASK_READS } from "./_ha_tasks.ts";
import { powerOutcome } from "./_state.ts";

export default defineTool({
  name: "proxmox_guest_shutdown",
  title: "Shut down a guest",
  description: "Shut down through the guest's OS.",
  actions: {
    default: write("POST /nodes/{node}/{type}/{vmid}/status/shutdown", {
      params: ["forceStop"],
      successMessage: "{guest} is shut down",
      already: alreadySo("stopped"),
      outcome: powerOutcome("stopped", {
        hint:
          "Its OS may ignore the request, or take its time; proxmox_guest_stop powers it off at once",
      }),
      uses: ["GET /nodes/{node}/{type}/{vmid}/status/current"],
      alsoReads: [...ALREADY_READS, ...HA_TASK_READS],
    }),
  },
});
