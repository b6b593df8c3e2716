import type { Args } from "../../pve/encode.ts";
import { defineTool, type ExtraParam, read, write } from "../../tool/define.ts";
import { apply, effective, PENDING_NOTE, pendingNote, rollback } from "./_pending.ts";

const UNKNOWN = {
  port: "controllers of Proxmox VE have no port",
  token: "controllers of Proxmox VE have no token; IPAM and DNS plugins do",
  secret: "controllers of Proxmox VE have no secret",
  zone: "a zone names its controller, not the other way round",
  comment: "Proxmox VE keeps no comment on controllers",
};
const PARAMS = ["controller", "asn", "peers", "node"] as const;
const IP: Readonly<Record<string, ExtraParam>> = { ip: { type: "string", unlisted: true } };

/** A single address is a list of one peer. */
function namePeers({ ip, ...args }: Args): Args {
  return ip === undefined ? args : { peers: ip, ...args };
}

export default defineTool({
  name: "proxmox_sdn_controller",
  title: "SDN controllers",
  description: "Routing of EVPN zones: evpn, bgp, isis. Changes wait for apply.",
  parameterDescriptions: { peers: "addresses", node: "bgp, isis" },
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
      extraParams: IP,
      prepare: namePeers,
      ignored: UNKNOWN,
      successMessage: 'Controller "{controller}" is defined',
      note: PENDING_NOTE,
    }),
    update: write("PUT /cluster/sdn/controllers/{controller}", {
      params: PARAMS,
      extraParams: IP,
      prepare: namePeers,
      ignored: { ...UNKNOWN, type: "a controller keeps its type" },
      successMessage: 'Controller "{controller}" is redefined',
      note: PENDING_NOTE,
    }),
    delete: write("DELETE /cluster/sdn/controllers/{controller}", {
      successMessage: 'Controller "{controller}" is no longer defined',
      note: PENDING_NOTE,
    }),
    apply,
    rollback,
  },
});
