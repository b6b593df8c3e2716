import { defineTool, read, write } from "../../tool/define.ts";
import { apply, effective, PENDING_NOTE, pendingNote, rollback } from "./_pending.ts";

const ALIASES = { comment: "alias", vlan: "tag", vxlan: "tag" } as const;
const OF_ZONE = {
  mtu: "the MTU is set on the zone",
  mac: "a VNet has no MAC address of its own; a zone has one (mac)",
  ipam: "IPAM is set on the zone",
};

export default defineTool({
  name: "proxmox_sdn_vnet",
  title: "SDN VNets",
  description: "Virtual networks, which guests use as bridges. Changes wait for apply.",
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
      aliases: ALIASES,
      ignored: OF_ZONE,
      successMessage: 'VNet "{vnet}" is defined',
      note: PENDING_NOTE,
    }),
    update: write("PUT /cluster/sdn/vnets/{vnet}", {
      params: ["vnet", "zone", "tag", "alias", "vlanaware"],
      aliases: ALIASES,
      ignored: { ...OF_ZONE, type: "VNets have one type" },
      successMessage: 'VNet "{vnet}" is redefined',
      note: PENDING_NOTE,
    }),
    delete: write("DELETE /cluster/sdn/vnets/{vnet}", {
      successMessage: 'VNet "{vnet}" is no longer defined',
      note: PENDING_NOTE,
    }),
    apply,
    rollback,
  },
});
