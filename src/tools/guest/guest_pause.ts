import { defineTool, write } from "../../tool/define.ts";
import { ALREADY_READS, alreadySo } from "./_already.ts";

export default defineTool({
  name: "proxmox_guest_pause",
  title: "Pause a VM",
  description: "Freeze a VM, or hibernate it to disk.",
  actions: {
    default: write("POST /nodes/{node}/qemu/{vmid}/status/suspend", {
      params: ["todisk"],
      successMessage: "{guest} is suspended",
      already: alreadySo("paused"),
      alsoReads: ALREADY_READS,
    }),
  },
});
