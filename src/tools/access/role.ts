import { defineTool, read, write } from "../../tool/define.ts";

/** `{ "VM.Audit": 1 }` as the list that an update takes. */
function privileges(data: unknown): unknown {
  const names = Object.keys(data ?? {}).sort();
  return { privs: names.join(",") };
}

export default defineTool({
  name: "proxmox_role",
  title: "Roles",
  description: "Named sets of privileges.",
  actions: {
    list: read("GET /access/roles", { columns: ["roleid", "special", "privs"] }),
    get: read("GET /access/roles/{roleid}", {
      shape: privileges,
      successMessage: 'Role "{roleid}"',
    }),
    create: write("POST /access/roles", {
      params: ["roleid", "privs"],
      successMessage: 'Role "{roleid}" is created',
    }),
    update: write("PUT /access/roles/{roleid}", {
      params: ["roleid", "privs", "append"],
      successMessage: 'Role "{roleid}" is updated',
    }),
    delete: write("DELETE /access/roles/{roleid}", {
      successMessage: 'Role "{roleid}" is deleted',
    }),
  },
});
