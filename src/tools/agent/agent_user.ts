import { defineTool, write } from "../../tool/define.ts";
import { agentObject } from "./_agent.ts";

export default defineTool({
  name: "proxmox_agent_user",
  title: "Users in a VM",
  description: "Set a password inside a VM.",
  discriminator: "operation",
  actions: {
    set_password: write("POST /nodes/{node}/qemu/{vmid}/agent/set-user-password", {
      params: ["username", "password"],
      successMessage: "Set the password of {username} in {guest}",
      shape: agentObject,
    }),
  },
});
