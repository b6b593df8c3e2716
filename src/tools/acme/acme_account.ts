import { defineTool, destroy, read, write } from "../../tool/define.ts";

export default defineTool({
  name: "proxmox_acme_account",
  title: "ACME accounts",
  description: "ACME accounts. All but list takes a root@pam login; API tokens are refused.",
  actions: {
    list: read("GET /cluster/acme/account", { columns: ["name"] }),
    get: read("GET /cluster/acme/account/{name}", { defaults: { name: "default" } }),
    create: write("POST /cluster/acme/account", {
      params: ["contact", "name", "directory", "tos_url"],
      done: "The ACME account is registered",
    }),
    update: write("PUT /cluster/acme/account/{name}", {
      params: ["name", "contact"],
      defaults: { name: "default" },
      done: 'ACME account "{name}" is updated',
    }),
    delete: destroy("DELETE /cluster/acme/account/{name}", {
      required: ["name"],
      done: 'ACME account "{name}" is deactivated',
    }),
  },
});
