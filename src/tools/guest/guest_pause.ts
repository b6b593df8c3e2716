import { defineTool, write } from "../../tool/define.ts";

export default defineTool({
  name: "proxmox_guest_pause",
  title: "Pause a VM",
  description: "Freeze a VM's execution, or hibernate it to disk.",
  words: { todisk: "save its RAM and stop it" },
  actions: {
    default: write("POST /nodes/{node}/qemu/{vmid}/status/suspend", {
      params: ["todisk"],
      done: "{guest} is suspended",
    }),
  },
});
