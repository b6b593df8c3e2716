import { defineTool, read, write } from "../../tool/define.ts";

export default defineTool({
  name: "proxmox_cluster_firewall_alias",
  title: "Firewall aliases",
  description: "Names of addresses and networks for firewall rules.",
  parameterDescriptions: { rename: "new name" },
  actions: {
    list: read("GET /cluster/firewall/aliases", { columns: ["name", "cidr", "comment"] }),
    get: read("GET /cluster/firewall/aliases/{name}", { successMessage: 'Alias "{name}"' }),
    create: write("POST /cluster/firewall/aliases", {
      successMessage: 'Alias "{name}" is {cidr}',
    }),
    update: write("PUT /cluster/firewall/aliases/{name}", {
      params: ["rename"],
      successMessage: 'Alias "{name}" is changed',
    }),
    delete: write("DELETE /cluster/firewall/aliases/{name}", {
      successMessage: 'Alias "{name}" is deleted',
    }),
  },
});
