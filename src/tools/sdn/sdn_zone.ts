import { defineTool, read, write } from "../../tool/define.ts";
import { apply, effective, PENDING_NOTE, pendingNote, rollback } from "./_pending.ts";
import { pending } from "./_waiting.ts";

const PARAMS = ["zone", "nodes", "mtu", "dhcp"] as const;

export default defineTool({
  name: "proxmox_sdn_zone",
  title: "SDN zones",
  description: "Zones hold VNets. SDN changes wait for apply.",
  parameterDescriptions: {
    type:
      "simple, vlan (bridge), qinq (bridge, tag), vxlan (peers), evpn (controller, vrf-vxlan, exitnodes), faucet (dp-id)",
  },
  actions: {
    list: read("GET /cluster/sdn/zones", {
      defaults: { pending: true },
      shape: effective,
      note: pendingNote,
      columns: ["zone", "type", "bridge", "nodes", "mtu", "tag", "ipam", "state", "pending"],
    }),
    get: read("GET /cluster/sdn/zones/{zone}", {
      defaults: { pending: true },
      shape: effective,
      successMessage: 'Zone "{zone}"',
      note: pendingNote,
    }),
    create: write("POST /cluster/sdn/zones", {
      params: ["type", ...PARAMS],
      successMessage: 'Zone "{zone}" is defined',
      note: PENDING_NOTE,
    }),
    update: write("PUT /cluster/sdn/zones/{zone}", {
      params: PARAMS,
      successMessage: 'Zone "{zone}" is redefined',
      note: PENDING_NOTE,
    }),
    delete: write("DELETE /cluster/sdn/zones/{zone}", {
      successMessage: 'Zone "{zone}" is no longer defined',
      note: PENDING_NOTE,
    }),
    pending,
    apply,
    rollback,
  },
});
