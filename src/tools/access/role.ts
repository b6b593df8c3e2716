import { defineTool, read, write } from "../../tool/define.ts";

/** `{ "VM.Audit": 1 }` as the list that an update takes. */
function privileges(data: unknown): unknown {
  const names = Object.keys(data ?? {}).sort();
  return { privs: names.join(",") };
}

const NO_COMMENT = { comment: "Proxmox VE keeps no comment on roles" };

export default defineTool({
  name: "proxmox_role",
  title: "Roles",
  description: "Named sets of privileges.",
  parameterDescriptions: { privs: "VM.Audit,VM.PowerMgmt" },
  actions: {
    list: read("GET /access/roles", { columns: ["roleid", "special", "privs"] }),
    get: read("GET /access/roles/{roleid}", {
      shape: privileges,
      successMessage: 'Role "{roleid}"',
    }),
    create: write("POST /access/roles", {
      params: ["roleid", "privs"],
      ignored: NO_COMMENT,
      successMessage: 'Role "{roleid}" is created',
    }),
    update: write("PUT /access/roles/{roleid}", {
      params: ["roleid", "privs", "append"],
      ignored: {
        ...NO_COMMENT,
        delete: 'a role has only privileges; privs="" takes them all away',
        digest: "Proxmox VE takes no digest for roles",
      },
      successMessage: 'Role "{roleid}" is updated',
    }),
    delete: write("DELETE /access/roles/{roleid}", {
      successMessage: 'Role "{roleid}" is deleted',
    }),
  },
});
