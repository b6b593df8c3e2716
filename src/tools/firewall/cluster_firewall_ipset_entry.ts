import { defineTool, read, write } from "../../tool/define.ts";

export default defineTool({
  name: "proxmox_cluster_firewall_ipset_entry",
  title: "IP set members",
  description: "Addresses and networks in an IP set.",
  parameterDescriptions: { nomatch: "except this" },
  actions: {
    list: read("GET /cluster/firewall/ipset/{name}", {
      columns: ["cidr", "nomatch", "comment"],
      successMessage: 'Members of IP set "{name}"',
    }),
    create: write("POST /cluster/firewall/ipset/{name}", {
      params: ["nomatch"],
      successMessage: '{cidr} is in IP set "{name}"',
    }),
    update: write("PUT /cluster/firewall/ipset/{name}/{cidr}", {
      params: ["nomatch"],
      successMessage: '{cidr} of IP set "{name}" is changed',
    }),
    delete: write("DELETE /cluster/firewall/ipset/{name}/{cidr}", {
      successMessage: '{cidr} is no longer in IP set "{name}"',
    }),
  },
});
