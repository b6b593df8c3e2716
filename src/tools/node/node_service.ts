import { defineTool, read, write } from "../../tool/define.ts";

export default defineTool({
  name: "proxmox_node_service",
  title: "Node services",
  description: "System services of a node.",
  actions: {
    list: read("GET /nodes/{node}/services", {
      columns: ["service", "state", "active-state", "unit-state", "desc"],
    }),
    control: write({
      param: "command",
      operations: {
        start: "POST /nodes/{node}/services/{service}/start",
        stop: "POST /nodes/{node}/services/{service}/stop",
        restart: "POST /nodes/{node}/services/{service}/restart",
        reload: "POST /nodes/{node}/services/{service}/reload",
      },
    }, {
      extraParams: {
        command: { type: "string", enum: ["start", "stop", "restart", "reload"], required: true },
      },
      successMessage: "{service} on {node}: {command} done",
    }),
  },
});
