import type { Args } from "../../pve/encode.ts";
import { ToolError } from "../../tool/answer.ts";
import { defineTool, read, write } from "../../tool/define.ts";

/** `{ "VM.Audit": 1 }` as the list that an update takes. */
function privileges(data: unknown): unknown {
  const names = Object.keys(data ?? {}).sort();
  return { privs: names.join(",") };
}

/** Proxmox VE takes all privileges away where an update names none. */
function named(args: Args): Args {
  if (args.privs !== undefined) return args;
  throw new ToolError(`Cannot update role "${args.roleid}" without its privileges`, {
    reason: "Proxmox VE would take all of them away",
    parameters: { privs: 'is missing; privs="" takes them all away' },
    notes: ["Nothing was sent to Proxmox VE"],
  });
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
      prepare: named,
      successMessage: 'Role "{roleid}" is updated',
    }),
    delete: write("DELETE /access/roles/{roleid}", {
      successMessage: 'Role "{roleid}" is deleted',
    }),
  },
});
