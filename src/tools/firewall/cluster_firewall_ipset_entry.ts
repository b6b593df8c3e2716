import { defineTool, read, write } from "../../tool/define.ts";
import { keeping } from "./_kept.ts";
import { guestOr, OF_GUEST } from "./_place.ts";

export default defineTool({
  name: "proxmox_cluster_firewall_ipset_entry",
  title: "IP set members",
  description: "Addresses in an IP set; with vmid, of a guest.",
  parameterDescriptions: { nomatch: "except this" },
  actions: {
    list: read(guestOr("GET /cluster/firewall/ipset/{name}"), {
      columns: ["cidr", "nomatch", "comment"],
      successMessage: `Members of IP set "{name}"${OF_GUEST}`,
    }),
    create: write(guestOr("POST /cluster/firewall/ipset/{name}"), {
      params: ["nomatch"],
      successMessage: `{cidr} is in IP set "{name}"${OF_GUEST}`,
    }),
    update: write(guestOr("PUT /cluster/firewall/ipset/{name}/{cidr}"), {
      params: ["nomatch"],
      prepare: keeping("ipset/{name}/{cidr}", ["nomatch", "comment"]),
      uses: [
        "GET /cluster/firewall/ipset/{name}/{cidr}",
        "GET /nodes/{node}/{type}/{vmid}/firewall/ipset/{name}/{cidr}",
      ],
      successMessage: `{cidr} of IP set "{name}"${OF_GUEST} is changed`,
    }),
    delete: write(guestOr("DELETE /cluster/firewall/ipset/{name}/{cidr}"), {
      successMessage: `{cidr} is no longer in IP set "{name}"${OF_GUEST}`,
    }),
  },
});
