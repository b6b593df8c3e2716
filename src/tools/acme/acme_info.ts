import { defineTool, read } from "../../tool/define.ts";

export default defineTool({
  name: "proxmox_acme_info",
  title: "ACME plugins and directories",
  description: "DNS plugins (credentials masked), certificate authorities, their terms.",
  actions: {
    list_plugins: read("GET /cluster/acme/plugins", {
      done: "ACME plugins",
      columns: ["plugin", "type", "api", "nodes", "disable", "data"],
    }),
    get_plugin: read("GET /cluster/acme/plugins/{id}", { done: 'ACME plugin "{id}"' }),
    directories: read("GET /cluster/acme/directories", {
      done: "ACME directories",
      columns: ["name", "url"],
    }),
    tos: read("GET /cluster/acme/tos", {
      params: ["directory"],
      done: "Terms of service",
    }),
  },
});
