import { defineTool, write } from "../../tool/define.ts";
import { ALREADY_READS, alreadySo } from "./_already.ts";
import { HA_TASK_READS } from "./_ha_tasks.ts";
import { powerOutcome } from "./_state.ts";

export default defineTool({
  name: "proxmox_guest_start",
  title: "Start a guest",
  description: "Power on a VM or container.",
  actions: {
    default: write("POST /nodes/{node}/{type}/{vmid}/status/start", {
      successMessage: "{guest} is running",
      already: alreadySo("running"),
      outcome: powerOutcome("running"),
      uses: ["GET /nodes/{node}/{type}/{vmid}/status/current"],
      alsoReads: [...ALREADY_READS, ...HA_TASK_READS],
    }),
  },
});
