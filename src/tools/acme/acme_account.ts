import { defineTool, read, write } from "../../tool/define.ts";

export default defineTool({
  name: "proxmox_acme_account",
  title: "ACME accounts",
  description: "ACME accounts. API tokens can only list them.",
  actions: {
    list: read("GET /cluster/acme/account", { columns: ["name"] }),
    get: read("GET /cluster/acme/account/{name}", {
      defaults: { name: "default" },
      successMessage: 'ACME account "{name}"',
    }),
    create: write("POST /cluster/acme/account", {
      params: ["contact", "name"],
      successMessage: "The ACME account is registered",
    }),
    update: write("PUT /cluster/acme/account/{name}", {
      params: ["name", "contact"],
      defaults: { name: "default" },
      successMessage: 'ACME account "{name}" is updated',
    }),
    delete: write("DELETE /cluster/acme/account/{name}", {
      required: ["name"],
      successMessage: 'ACME account "{name}" is deactivated',
    }),
  },
});
