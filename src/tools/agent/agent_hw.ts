import { defineTool, read } from "../../tool/define.ts";
import { agentObject, unwrapAgent } from "./_agent.ts";

export default defineTool({
  name: "proxmox_agent_hw",
  title: "Guest agent hardware",
  description: "Memory, CPUs, host name and users inside a VM.",
  discriminator: "operation",
  actions: {
    memory_blocks: read("GET /nodes/{node}/qemu/{vmid}/agent/get-memory-blocks", {
      columns: ["phys-index", "online", "can-offline"],
      shape: unwrapAgent,
    }),
    vcpus: read("GET /nodes/{node}/qemu/{vmid}/agent/get-vcpus", {
      columns: ["logical-id", "online", "can-offline"],
      shape: unwrapAgent,
    }),
    memory_block_info: read("GET /nodes/{node}/qemu/{vmid}/agent/get-memory-block-info", {
      shape: agentObject,
    }),
    hostname: read("GET /nodes/{node}/qemu/{vmid}/agent/get-host-name", { shape: agentObject }),
    users: read("GET /nodes/{node}/qemu/{vmid}/agent/get-users", {
      columns: ["user", "domain", "login-time"],
      shape: unwrapAgent,
    }),
  },
});
