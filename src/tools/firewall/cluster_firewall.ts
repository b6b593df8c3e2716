import { defineTool, read, write } from "../../tool/define.ts";

export default defineTool({
  name: "proxmox_cluster_firewall",
  title: "Datacenter firewall",
  description: "Datacenter firewall options; macros and names for rules.",
  parameterDescriptions: {
    enable: "1 on for all",
  },
  actions: {
    get_options: read("GET /cluster/firewall/options", {
      successMessage: "Datacenter firewall options",
    }),
    update_options: write("PUT /cluster/firewall/options", {
      params: ["enable", "policy_in"],
      successMessage: "The options of the datacenter firewall are changed",
    }),
    list_macros: read("GET /cluster/firewall/macros", {
      columns: ["macro", "descr"],
      successMessage: "Firewall macros",
    }),
    list_refs: read("GET /cluster/firewall/refs", {
      columns: ["name", "type", "ref", "scope", "comment"],
      successMessage: "Names for firewall rules",
    }),
  },
});
