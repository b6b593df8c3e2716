import { defineTool, read, write } from "../../tool/define.ts";
import { apply, effective, PENDING_NOTE, pendingNote, rollback } from "./_pending.ts";
import { pending } from "./_waiting.ts";

export default defineTool({
  name: "proxmox_sdn_vnet",
  title: "SDN VNets",
  description: "Virtual networks, which guests use as bridges.",
  parameterDescriptions: { vlan: "or VXLAN id" },
  actions: {
    list: read("GET /cluster/sdn/vnets", {
      defaults: { pending: true },
      shape: effective,
      note: pendingNote,
      columns: ["vnet", "zone", "tag", "alias", "vlanaware", "isolate-ports", "state", "pending"],
    }),
    get: read("GET /cluster/sdn/vnets/{vnet}", {
      defaults: { pending: true },
      shape: effective,
      successMessage: 'VNet "{vnet}"',
      note: pendingNote,
    }),
    create: write("POST /cluster/sdn/vnets", {
      params: ["vnet", "zone", "tag", "alias", "vlanaware"],
      successMessage: 'VNet "{vnet}" is defined',
      note: PENDING_NOTE,
    }),
    update: write("PUT /cluster/sdn/vnets/{vnet}", {
      params: ["vnet", "zone", "tag", "alias", "vlanaware"],
      successMessage: 'VNet "{vnet}" is redefined',
      note: PENDING_NOTE,
    }),
    delete: write("DELETE /cluster/sdn/vnets/{vnet}", {
      successMessage: 'VNet "{vnet}" is no longer defined',
      note: PENDING_NOTE,
    }),
    pending,
    apply,
    rollback,
  },
});
