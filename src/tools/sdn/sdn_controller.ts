import { defineTool, read, write } from "../../tool/define.ts";
import { apply, effective, PENDING_NOTE, pendingNote, rollback } from "./_pending.ts";
import { pending } from "./_waiting.ts";

const PARAMS = ["controller", "asn", "peers", "node"] as const;

export default defineTool({
  name: "proxmox_sdn_controller",
  title: "SDN controllers",
  description: "Routing of EVPN zones.",
  parameterDescriptions: { peers: "addresses" },
  actions: {
    list: read("GET /cluster/sdn/controllers", {
      defaults: { pending: true },
      shape: effective,
      note: pendingNote,
      columns: ["controller", "type", "asn", "peers", "node", "state", "pending"],
    }),
    get: read("GET /cluster/sdn/controllers/{controller}", {
      defaults: { pending: true },
      shape: effective,
      successMessage: 'Controller "{controller}"',
      note: pendingNote,
    }),
    create: write("POST /cluster/sdn/controllers", {
      params: ["type", ...PARAMS],
      successMessage: 'Controller "{controller}" is defined',
      note: PENDING_NOTE,
    }),
    update: write("PUT /cluster/sdn/controllers/{controller}", {
      params: PARAMS,
      successMessage: 'Controller "{controller}" is redefined',
      note: PENDING_NOTE,
    }),
    delete: write("DELETE /cluster/sdn/controllers/{controller}", {
      successMessage: 'Controller "{controller}" is no longer defined',
      note: PENDING_NOTE,
    }),
    pending,
    apply,
    rollback,
  },
});
