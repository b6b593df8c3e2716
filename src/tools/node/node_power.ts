import { defineTool, destroy, write } from "../../tool/define.ts";

const LOST = "the node and all guests that run on it, until it is up again";

export default defineTool({
  name: "proxmox_node_power",
  title: "Node power",
  description: "Shut down or reboot a whole node with its guests, or wake it over LAN.",
  actions: {
    shutdown: destroy("POST /nodes/{node}/status", {
      fixed: { command: "shutdown" },
      lossDescription: LOST,
      successMessage: "{node} is shutting down",
    }),
    reboot: destroy("POST /nodes/{node}/status", {
      fixed: { command: "reboot" },
      lossDescription: LOST,
      successMessage: "{node} is rebooting",
    }),
    wakeonlan: write("POST /nodes/{node}/wakeonlan", {
      successMessage: "Sent a wake-up packet to {node}; it takes a while until it is online",
    }),
  },
});
