import type { Args } from "../../pve/encode.ts";
import type { ReadContext } from "../../tool/context.ts";
import { defineTool, read, write } from "../../tool/define.ts";
import { withGuests } from "../_beside.ts";

const PARAMS = ["resources", "nodes", "strict", "affinity", "disable"] as const;

/** PVE demands the type of the rule, which cannot change. */
async function keepType(args: Args, context: ReadContext): Promise<Args> {
  if (args.type !== undefined) return args;
  const { data } = await context.request("GET /cluster/ha/rules/{rule}", { rule: args.rule });
  return { ...args, type: (data as { type: string }).type };
}

export default defineTool({
  name: "proxmox_ha_rule",
  title: "HA rules",
  description: "Where guests under HA run: on which nodes, together or apart. From Proxmox VE 9.",
  parameterDescriptions: {
    nodes: "pve1:2,pve2",
    strict: "never on other nodes",
  },
  actions: {
    list: read("GET /cluster/ha/rules", {
      shape: withGuests("resources"),
      alsoReads: ["GET /cluster/resources"],
      columns: [
        "rule",
        "type",
        "resources",
        "guests",
        "nodes",
        "strict",
        "affinity",
        "disable",
        "errors",
        "comment",
      ],
    }),
    get: read("GET /cluster/ha/rules/{rule}", {
      shape: withGuests("resources"),
      alsoReads: ["GET /cluster/resources"],
      successMessage: 'HA rule "{rule}"',
    }),
    create: write("POST /cluster/ha/rules", {
      params: PARAMS,
      successMessage: 'HA rule "{rule}" is created',
    }),
    update: write("PUT /cluster/ha/rules/{rule}", {
      params: PARAMS,
      suppliedByPrepare: ["type"],
      prepare: keepType,
      uses: ["GET /cluster/ha/rules/{rule}"],
      successMessage: 'HA rule "{rule}" is changed',
    }),
    delete: write("DELETE /cluster/ha/rules/{rule}", {
      successMessage: 'HA rule "{rule}" is deleted',
    }),
  },
});
