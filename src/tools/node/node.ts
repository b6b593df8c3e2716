import { defineTool, read } from "../../tool/define.ts";

export default defineTool({
  name: "proxmox_node",
  title: "Nodes",
  description: "Nodes; of one: status, network interfaces, DNS.",
  actions: {
    list: read("GET /nodes", {
      columns: [
        "node",
        "status",
        "cpu",
        "maxcpu",
        "mem",
        "maxmem",
        "disk",
        "maxdisk",
        "uptime",
        "level",
      ],
    }),
    status: read("GET /nodes/{node}/status", { successMessage: "Status of {node}" }),
    network: read("GET /nodes/{node}/network", {
      columns: [
        "iface",
        "type",
        "active",
        "autostart",
        "method",
        "cidr",
        "gateway",
        "method6",
        "cidr6",
        "gateway6",
        "bridge_ports",
        "bridge_vlan_aware",
        "slaves",
        "bond_mode",
        "vlan-id",
        "vlan-raw-device",
        "mtu",
        "comments",
      ],
      successMessage: "Network interfaces of {node}",
    }),
    dns: read("GET /nodes/{node}/dns", { successMessage: "DNS settings of {node}" }),
    iface: read("GET /nodes/{node}/network/{iface}", { successMessage: "{iface} of {node}" }),
  },
});
