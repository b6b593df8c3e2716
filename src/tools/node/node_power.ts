import { defineTool, destroy, write } from "../../tool/define.ts";

export default defineTool({
  name: "proxmox_node_power",
  title: "Node power",
  description: "Shut down or reboot a whole node with its guests, or wake it over LAN.",
  actions: {
    shutdown: destroy("POST /nodes/{node}/status", {
      fixed: { command: "shutdown" },
      done: "{node} is shutting down",
    }),
    reboot: destroy("POST /nodes/{node}/status", {
      fixed: { command: "reboot" },
      done: "{node} is rebooting",
    }),
    wakeonlan: write("POST /nodes/{node}/wakeonlan", {
      done: "Sent a wake-up packet to {node}; it takes a while until it is online",
    }),
  },
});
