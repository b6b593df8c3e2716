import { defineTool, write } from "../../tool/define.ts";

export default defineTool({
  name: "proxmox_node_power",
  title: "Node power",
  description: "Shut down or reboot a node with its guests, or wake it.",
  actions: {
    shutdown: write("POST /nodes/{node}/status", {
      fixed: { command: "shutdown" },
      successMessage: "{node} is shutting down",
    }),
    reboot: write("POST /nodes/{node}/status", {
      fixed: { command: "reboot" },
      successMessage: "{node} is rebooting",
    }),
    wakeonlan: write("POST /nodes/{node}/wakeonlan", {
      successMessage: "Sent a wake-up packet to {node}; it takes a while until it is online",
    }),
  },
});
