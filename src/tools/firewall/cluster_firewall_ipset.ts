import { defineTool, read, write } from "../../tool/define.ts";
import { guestOr, OF_GUEST } from "./_place.ts";

export default defineTool({
  name: "proxmox_cluster_firewall_ipset",
  title: "IP sets",
  description: "Sets of addresses, +name in firewall rules; with vmid, of a guest.",
  parameterDescriptions: { force: "with its members" },
  actions: {
    list: read(guestOr("GET /cluster/firewall/ipset"), { columns: ["name", "comment"] }),
    create: write(guestOr("POST /cluster/firewall/ipset"), {
      successMessage: `IP set "{name}"${OF_GUEST} is created`,
    }),
    delete: write(guestOr("DELETE /cluster/firewall/ipset/{name}"), {
      params: ["force"],
      successMessage: `IP set "{name}"${OF_GUEST} is deleted`,
    }),
  },
});
