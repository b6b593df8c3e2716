import { defineTool, read, write } from "../../tool/define.ts";

const PARAMS = ["state"] as const;

export default defineTool({
  name: "proxmox_ha_resource",
  title: "HA resources",
  description: "Guests under HA, and the state of HA.",
  parameterDescriptions: { sid: "guest, or vm:100" },
  actions: {
    list: read("GET /cluster/ha/resources", {
      columns: [
        "sid",
        "type",
        "state",
        "group",
        "failback",
        "max_restart",
        "max_relocate",
        "comment",
      ],
    }),
    get: read("GET /cluster/ha/resources/{sid}", { successMessage: "HA resource {sid}" }),
    status: read("GET /cluster/ha/status/current", {
      columns: [
        "id",
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
