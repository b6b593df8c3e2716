import { defineTool, read, write } from "../../tool/define.ts";
import { guestOr, OF_GUEST } from "./_place.ts";

export default defineTool({
  name: "proxmox_cluster_firewall",
  title: "Datacenter firewall",
  description:
    "Options of the datacenter firewall, with vmid of a guest's; macros, names for rules.",
  parameterDescriptions: {
    enable: "1 on for all",
  },
  actions: {
    get_options: read(guestOr("GET /cluster/firewall/options"), {
      successMessage: `Firewall options${OF_GUEST}`,
    }),
    update_options: write(guestOr("PUT /cluster/firewall/options"), {
      params: ["enable", "policy_in"],
      successMessage: `The options of the firewall${OF_GUEST} are changed`,
    }),
    list_macros: read("GET /cluster/firewall/macros", {
      columns: ["macro", "descr"],
      successMessage: "Firewall macros",
    }),
    list_refs: read(guestOr("GET /cluster/firewall/refs"), {
      columns: ["name", "type", "ref", "scope", "comment"],
      successMessage: `Names for firewall rules${OF_GUEST}`,
    }),
  },
});
