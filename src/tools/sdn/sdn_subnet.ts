import type { Args } from "../../pve/encode.ts";
import { defineTool, read, write } from "../../tool/define.ts";
import { apply, effective, PENDING_NOTE, pendingNote, rollback } from "./_pending.ts";
import { pending } from "./_waiting.ts";
import { cidrOf, findSubnet, listSubnets } from "./_subnets.ts";

const PARAMS = ["subnet", "vnet", "gateway", "snat", "dhcp-range"] as const;
const FINDS = ["GET /cluster/sdn/vnets", "GET /cluster/sdn/vnets/{vnet}/subnets"] as const;

/** A new subnet is named by its CIDR. */
function nameByCidr({ cidr, ...args }: Args): Args {
  return { ...args, subnet: cidrOf(String(cidr ?? args.subnet)) };
}

export default defineTool({
  name: "proxmox_sdn_subnet",
  title: "SDN subnets",
  description: "IP ranges of VNets.",
  parameterDescriptions: {
    subnet: "CIDR or id",
    "dhcp-range": "start-address=…,end-address=…",
  },
  actions: {
    list: read("GET /cluster/sdn/vnets/{vnet}/subnets", {
      params: ["vnet"],
      run: listSubnets,
      note: pendingNote,
      uses: ["GET /cluster/sdn/vnets"],
    }),
    get: read("GET /cluster/sdn/vnets/{vnet}/subnets/{subnet}", {
      defaults: { pending: true },
      suppliedByPrepare: ["vnet"],
      prepare: findSubnet,
      shape: effective,
      successMessage: "Subnet {subnet}",
      note: pendingNote,
      uses: FINDS,
    }),
    create: write("POST /cluster/sdn/vnets/{vnet}/subnets", {
      params: PARAMS,
      extraParams: {
        subnet: { type: "string", required: true },
        cidr: { type: "string", format: "CIDR", unlisted: true },
      },
      fixed: { type: "subnet" },
      prepare: nameByCidr,
      successMessage: "Subnet {subnet} is defined",
      note: PENDING_NOTE,
    }),
    update: write("PUT /cluster/sdn/vnets/{vnet}/subnets/{subnet}", {
      params: PARAMS,
      suppliedByPrepare: ["vnet"],
      prepare: findSubnet,
      uses: FINDS,
      successMessage: "Subnet {subnet} is redefined",
      note: PENDING_NOTE,
    }),
    delete: write("DELETE /cluster/sdn/vnets/{vnet}/subnets/{subnet}", {
      suppliedByPrepare: ["vnet"],
      prepare: findSubnet,
      uses: FINDS,
      successMessage: "Subnet {subnet} is no longer defined",
      note: PENDING_NOTE,
    }),
    pending,
    apply,
    rollback,
  },
});
