import { defineTool, read, write } from "../../tool/define.ts";

export default defineTool({
  name: "proxmox_cluster_firewall_ipset",
  title: "IP sets",
  description: "Sets of addresses, +name in firewall rules.",
  parameterDescriptions: { force: "with its members" },
  actions: {
    list: read("GET /cluster/firewall/ipset", { columns: ["name", "comment"] }),
    create: write("POST /cluster/firewall/ipset", {
      successMessage: 'IP set "{name}" is created',
    }),
    delete: write("DELETE /cluster/firewall/ipset/{name}", {
      params: ["force"],
      successMessage: 'IP set "{name}" is deleted',
    }),
  },
});
