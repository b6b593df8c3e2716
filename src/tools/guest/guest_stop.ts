import { defineTool, write } from "../../tool/define.ts";
import { ALREADY_READS, alreadySo } from "./_already.ts";
import { HA_TASK_READS } from "./_ha_tasks.ts";
import { powerOutcome } from "./_state.ts";

export default defineTool({
  name: "proxmox_guest_stop",
  title: "Stop a guest",
  description: "Power off at once; prefer shutdown.",
  actions: {
    default: write("POST /nodes/{node}/{type}/{vmid}/status/stop", {
      successMessage: "{guest} is stopped",
      already: alreadySo("stopped"),
      outcome: powerOutcome("stopped", {
        hint: "A shutdown that is still trying holds it up: overrule-shutdown=true ends that first",
      }),
      uses: ["GET /nodes/{node}/{type}/{vmid}/status/current"],
      alsoReads: [...ALREADY_READS, ...HA_TASK_READS],
    }),
  },
});
