import { defineTool, destroy, read, write } from "../../tool/define.ts";

export default defineTool({
  name: "proxmox_node_subscription",
  title: "Node subscription",
  description: "Show, set or remove the subscription key of a node.",
  actions: {
    get: read("GET /nodes/{node}/subscription"),
    set: write("PUT /nodes/{node}/subscription", {
      successMessage: "{node} has the subscription key",
    }),
    delete: destroy("DELETE /nodes/{node}/subscription", {
      lossDescription: "the key, and with it the node's access to the enterprise repository",
      successMessage: "{node} has no subscription key",
    }),
  },
});
