import { defineTool, read, write } from "../../tool/define.ts";
import { keeping } from "./_kept.ts";
import { guestOr, OF_GUEST } from "./_place.ts";

export default defineTool({
  name: "proxmox_cluster_firewall_alias",
  title: "Firewall aliases",
  description: "Names for addresses in firewall rules; with vmid, of a guest.",
  actions: {
    list: read(guestOr("GET /cluster/firewall/aliases"), { columns: ["name", "cidr", "comment"] }),
    get: read(guestOr("GET /cluster/firewall/aliases/{name}"), {
      successMessage: `Alias "{name}"${OF_GUEST}`,
    }),
    create: write(guestOr("POST /cluster/firewall/aliases"), {
      successMessage: `Alias "{name}"${OF_GUEST} is {cidr}`,
    }),
    update: write(guestOr("PUT /cluster/firewall/aliases/{name}"), {
      params: ["rename"],
      prepare: keeping("aliases/{name}", ["comment"]),
      uses: [
        "GET /cluster/firewall/aliases/{name}",
        "GET /nodes/{node}/{type}/{vmid}/firewall/aliases/{name}",
      ],
      successMessage: `Alias "{name}"${OF_GUEST} is changed`,
    }),
    delete: write(guestOr("DELETE /cluster/firewall/aliases/{name}"), {
      successMessage: `Alias "{name}"${OF_GUEST} is deleted`,
    }),
  },
});
