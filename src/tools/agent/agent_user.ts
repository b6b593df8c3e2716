import { defineTool, write } from "../../tool/define.ts";
import { agentObject } from "./_agent.ts";

export default defineTool({
  name: "proxmox_agent_user",
  title: "Users in a VM",
  description: "Set the password of a user inside a VM by its guest agent.",
  discriminator: "operation",
  words: { crypted: "the password is a crypt() hash" },
  actions: {
    set_password: write("POST /nodes/{node}/qemu/{vmid}/agent/set-user-password", {
      params: ["username", "password", "crypted"],
      done: "Set the password of {username} in {guest}",
      shape: agentObject,
    }),
  },
});
