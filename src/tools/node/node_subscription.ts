import { defineTool, read, write } from "../../tool/define.ts";

export default defineTool({
  name: "proxmox_node_subscription",
  title: "Node subscription",
  description: "Subscription key of a node.",
  actions: {
    get: read("GET /nodes/{node}/subscription"),
    set: write("PUT /nodes/{node}/subscription", {
      successMessage: "{node} has the subscription key",
    }),
    delete: write("DELETE /nodes/{node}/subscription", {
      successMessage: "{node} has no subscription key",
    }),
  },
});
