import type { Args } from "../../pve/encode.ts";
import { BRIDGES } from "../_bridges.ts";
import { nameOf } from "../../pve/guests.ts";
import { guestOf, type ReadContext } from "../../tool/context.ts";
import { type CallResult, defineTool, type Outcome, write } from "../../tool/define.ts";
import { named, newGuestOutcome } from "./_new_guest.ts";

async function prepare(args: Args, context: ReadContext): Promise<Args> {
  const newid = args.newid ?? await context.nextVmid();
  return { ...named(guestOf(context).type, args), newid };
}

async function outcome(context: ReadContext, args: Args, end: CallResult): Promise<Outcome> {
  const guest = guestOf(context);
  if (end.state === "running") {
    return { title: `Cloning ${nameOf(guest)} to ${args.newid} has started and goes on` };
  }
  if (end.state === "failed") return {};
  const node = String(args.target ?? guest.node);
  return await newGuestOutcome(context, { vmid: Number(args.newid), type: guest.type, node }, {
    copied: true,
    pool: args.pool,
  });
}

export default defineTool({
  name: "proxmox_guest_clone",
  title: "Clone a guest",
  description: "Copy a guest; of a template a linked clone unless full.",
  parameterDescriptions: {},
  actions: {
    default: write("POST /nodes/{node}/{type}/{vmid}/clone", {
      params: ["newid", "name", "full", "target", "storage"],
      suppliedByPrepare: ["newid"],
      successMessage: "Cloned {guest} to {newid}",
      prepare,
      outcome,
      uses: [
        "GET /cluster/nextid",
        "GET /nodes/{node}/{type}/{vmid}/status/current",
        "GET /nodes/{node}/{type}/{vmid}/config",
        "GET /nodes/{node}/{type}/{vmid}/pending",
        BRIDGES,
      ],
    }),
  },
});
