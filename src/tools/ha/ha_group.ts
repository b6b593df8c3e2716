import { defineTool, read, write } from "../../tool/define.ts";

const PARAMS = ["nodes", "restricted"] as const;

export default defineTool({
  name: "proxmox_ha_group",
  title: "HA groups",
  description: "HA groups of nodes, before Proxmox VE 9.",
  parameterDescriptions: { nodes: "pve1:2,pve2:1" },
  actions: {
    list: read("GET /cluster/ha/groups", {
      columns: ["group", "nodes", "restricted", "nofailback"],
    }),
    get: read("GET /cluster/ha/groups/{group}"),
    create: write("POST /cluster/ha/groups", {
      params: PARAMS,
      successMessage: 'HA group "{group}" is created',
    }),
    update: write("PUT /cluster/ha/groups/{group}", {
      params: PARAMS,
      successMessage: 'HA group "{group}" is changed',
    }),
    delete: write("DELETE /cluster/ha/groups/{group}", {
      successMessage: 'HA group "{group}" is deleted',
    }),
  },
});
