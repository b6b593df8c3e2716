import { defineTool, destroy, read, write } from "../../tool/define.ts";

export default defineTool({
  name: "proxmox_cluster_firewall_alias",
  title: "Firewall aliases",
  description: "Names for addresses and networks in firewall rules.",
  words: { rename: "new name" },
  actions: {
    list: read("GET /cluster/firewall/aliases", { columns: ["name", "cidr", "comment"] }),
    get: read("GET /cluster/firewall/aliases/{name}", { done: 'Alias "{name}"' }),
    create: write("POST /cluster/firewall/aliases", {
      done: 'Alias "{name}" is {cidr}',
    }),
    update: write("PUT /cluster/firewall/aliases/{name}", {
      params: ["rename"],
      done: 'Alias "{name}" is changed',
    }),
    delete: destroy("DELETE /cluster/firewall/aliases/{name}", {
      loses: "the alias: rules that name it no longer work",
      done: 'Alias "{name}" is deleted',
    }),
  },
});
