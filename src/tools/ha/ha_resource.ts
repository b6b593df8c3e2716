import { defineTool, read, write } from "../../tool/define.ts";
import { DISK_READS, localDiskNotes, withGuest, withGuestAndDisks } from "../_beside.ts";

const PARAMS = ["state"] as const;

export default defineTool({
  name: "proxmox_ha_resource",
  title: "HA resources",
  description: "Guests under HA, and the state of HA.",
  parameterDescriptions: { sid: "guest, or vm:100" },
  actions: {
    list: read("GET /cluster/ha/resources", {
      shape: withGuestAndDisks,
      alsoReads: DISK_READS,
      columns: [
        "sid",
        "name",
        "node",
        "type",
        "state",
        "group",
        "failback",
        "max_restart",
        "max_relocate",
        "local_disks",
        "comment",
      ],
    }),
    get: read("GET /cluster/ha/resources/{sid}", {
      shape: withGuestAndDisks,
      alsoReads: DISK_READS,
      successMessage: "HA resource {sid}",
    }),
    status: read("GET /cluster/ha/status/current", {
      shape: withGuest("sid"),
      alsoReads: ["GET /cluster/resources"],
      columns: [
        "id",
        "name",
        "type",
        "node",
        "status",
        "quorate",
        "crm_state",
        "request_state",
        "armed-state",
        "sid",
      ],
      successMessage: "State of HA",
    }),
    create: write("POST /cluster/ha/resources", {
      params: PARAMS,
      outcome: async (context, { sid }, { state }) => ({
        notes: state === "done" ? await localDiskNotes(context, sid) : [],
      }),
      alsoReads: DISK_READS,
      successMessage: "{sid} is under HA",
    }),
    update: write("PUT /cluster/ha/resources/{sid}", {
      params: PARAMS,
      successMessage:
        "The HA settings of {sid} are changed[; HA acts on state={state} in its own time, which action=status shows]",
    }),
    delete: write("DELETE /cluster/ha/resources/{sid}", {
      successMessage: "{sid} is no longer under HA; the guest itself is as it was",
    }),
  },
});
