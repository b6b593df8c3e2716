import type { Args } from "../../pve/encode.ts";
import type { Answer } from "../../tool/answer.ts";
import { type CallContext, nodeOf } from "../../tool/context.ts";
import { defineTool, type ExtraParam, write } from "../../tool/define.ts";
import { keepInterface, newInterface } from "./_interfaces.ts";
import { answerOfTask } from "../../answer/task_answer.ts";

const METHOD: Record<string, ExtraParam> = { method: { type: "string", unlisted: true } };
const PARAMS = [
  "type",
  "cidr",
  "gateway",
  "autostart",
  "bridge_ports",
  "bridge_vlan_aware",
  "vlan-id",
  "slaves",
  "bond_mode",
] as const;
const STAGED = "Staged only: action=apply makes it real, with revert=true drops all staged changes";

async function apply(context: CallContext, args: Args): Promise<Answer> {
  const node = nodeOf(context);
  if (args.revert === true) {
    await context.request("DELETE /nodes/{node}/network", { node });
    return { title: `The staged network changes of ${node} are dropped` };
  }
  const { "regenerate-frr": frr } = args;
  const { data } = await context.request("PUT /nodes/{node}/network", {
    node,
    "regenerate-frr": frr,
  });
  return await answerOfTask(context, String(data), `The network of ${node} is as staged`);
}

export default defineTool({
  name: "proxmox_node_network_iface",
  title: "Network interfaces",
  description:
    "Create, change or delete network interfaces of a node. All is staged until apply, which can cut the node off.",
  actions: {
    create: write("POST /nodes/{node}/network", {
      params: PARAMS,
      extraParams: METHOD,
      prepare: newInterface,
      successMessage: "{iface} is created",
      note: STAGED,
    }),
    update: write("PUT /nodes/{node}/network/{iface}", {
      params: PARAMS,
      extraParams: METHOD,
      suppliedByPrepare: ["type"],
      prepare: keepInterface,
      uses: ["GET /nodes/{node}/network/{iface}"],
      successMessage: "{iface} is changed",
      note: STAGED,
    }),
    delete: write("DELETE /nodes/{node}/network/{iface}", {
      successMessage: "{iface} is deleted",
      note: STAGED,
    }),
    apply: write("PUT /nodes/{node}/network", {
      extraParams: { revert: { type: "boolean", description: "drop what is staged" } },
      run: apply,
      uses: ["DELETE /nodes/{node}/network"],
    }),
  },
});
