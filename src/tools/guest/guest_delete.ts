import { nameOf } from "../../pve/guests.ts";
import { guestOf, type ReadContext } from "../../tool/context.ts";
import { type CallResult, defineTool, type Outcome, write } from "../../tool/define.ts";
import { stateOf } from "./_state.ts";

/** Why a guest was not deleted, where its state tells. */
async function outcome(context: ReadContext, _args: unknown, end: CallResult): Promise<Outcome> {
  if (end.state !== "failed") return {};
  const guest = guestOf(context);
  const reason = end.reason ?? "";
  const state = await stateOf(context, guest);
  return {
    notes: [
      ...(/protection/i.test(reason)
        ? ["proxmox_guest_config_update protection=false takes the protection away"]
        : []),
      ...(/purge parameter not set/.test(reason)
        ? ["purge=true takes it out of HA, backup jobs and replication as well"]
        : []),
      state.status === "running"
        ? `${nameOf(guest)} runs: proxmox_guest_stop first, then delete it`
        : `${nameOf(guest)} is still there`,
    ],
  };
}

export default defineTool({
  name: "proxmox_guest_delete",
  title: "Delete a guest",
  description: "Destroy a stopped guest with its disks.",
  parameterDescriptions: {
    purge: "from jobs and HA too",
  },
  actions: {
    default: write("DELETE /nodes/{node}/{type}/{vmid}", {
      params: ["purge", "destroy-unreferenced-disks"],
      listsDryRun: true,
      successMessage: "{guest} is deleted",
      outcome,
      uses: ["GET /nodes/{node}/{type}/{vmid}/status/current"],
    }),
  },
});
