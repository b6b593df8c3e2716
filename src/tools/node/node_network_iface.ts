import type { Args } from "../../pve/encode.ts";
import { nodeOf, type ReadContext } from "../../tool/context.ts";
import { defineTool, type ExtraParam, type Outcome, write } from "../../tool/define.ts";
import { keepInterface, newInterface } from "./_interfaces.ts";

const METHOD: Record<string, ExtraParam> = { method: { type: "string", unlisted: true } };
const PARAMS = [
  "type",
  "cidr",
  "gateway",
  "bridge_ports",
  "bridge_vlan_aware",
  "vlan-id",
  "slaves",
  "bond_mode",
] as const;
const STAGED = "Staged only: action=apply makes it real, with revert=true drops all staged changes";

/** PVE takes a bond of nothing. */
function bondNotes({ type, slaves, ovs_bonds }: Args): string[] {
  const isEmpty = /Bond$/i.test(String(type)) && !slaves && !ovs_bonds;
  return isEmpty ? ["It has no ports: slaves=eno1,eno2 names those that it is made of"] : [];
}

/** `revert=false` is as good as none. */
function dropsOrApplies({ revert, ...args }: Args): Args {
  return revert === true ? { revert } : args;
}

/** What became of the staged changes. */
function stagedOutcome(context: ReadContext, { revert }: Args): Outcome {
  return revert === true
    ? { title: `The staged network changes of ${nodeOf(context)} are dropped` }
    : {};
}

export default defineTool({
  name: "proxmox_node_network_iface",
  title: "Network interfaces",
  description:
    "Network interfaces of a node. All is staged until apply, which can cut the node off.",
  actions: {
    create: write("POST /nodes/{node}/network", {
      params: PARAMS,
      extraParams: METHOD,
      prepare: newInterface,
      outcome: (_context, args) => ({ notes: bondNotes(args) }),
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
    apply: write({
      param: "revert",
      given: "DELETE /nodes/{node}/network",
      otherwise: "PUT /nodes/{node}/network",
    }, {
      extraParams: { revert: { type: "boolean", description: "drop staged changes" } },
      prepare: dropsOrApplies,
      outcome: stagedOutcome,
      successMessage: "The network of {node} is as staged",
    }),
  },
});
