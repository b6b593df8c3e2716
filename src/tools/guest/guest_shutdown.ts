import { defineTool, write } from "../../tool/define.ts";

export default defineTool({
  name: "proxmox_guest_shutdown",
  title: "Shut down a guest",
  description: "Ask the guest's OS to shut down cleanly.",
  words: { timeout: "seconds", forceStop: "stop hard after timeout" },
  actions: {
    default: write("POST /nodes/{node}/{type}/{vmid}/status/shutdown", {
      params: ["timeout", "forceStop"],
      done: "{guest} is shut down",
    }),
  },
});
