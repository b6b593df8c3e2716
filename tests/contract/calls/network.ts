/**
 * Calls of the tools for the cluster's firewall and its networks.
 *
 * @module
 */
import type { Args, Around, Calls, Case } from "./line.ts";

const EVPN = { controller: "evpn1", type: "evpn", asn: 65000, peers: "192.0.2.11" };
const CONTROLLED = [["proxmox_sdn_controller", { action: "create", ...EVPN }]] as const;
const PENDING = [["proxmox_sdn_zone", { action: "create", zone: "far", type: "simple" }]] as const;
const VNET = { vnet: "guests", zone: "lan", tag: 300 };
const MADE = [["proxmox_sdn_vnet", { action: "create", ...VNET }]] as const;
const SUBNET = { vnet: "labnet", subnet: "10.7.0.0/24" };
const ALIAS = { name: "lab", cidr: "10.9.0.0/16" };
const NAMED = [["proxmox_cluster_firewall_alias", { action: "create", ...ALIAS }]] as const;
const SET = { name: "labs", cidr: "10.7.0.0/16" };
const SETS = [["proxmox_cluster_firewall_ipset", { action: "create", name: "labs" }]] as const;
const MEMBER = [
  ...SETS,
  ["proxmox_cluster_firewall_ipset_entry", { action: "create", ...SET }],
] as const;
const RULE = { rule_action: "ACCEPT", type: "in", macro: "Ping", enable: 1 };
const GROUP = { group: "webserver" };
const EMPTY = [["proxmox_cluster_firewall_group", { action: "create", group: "mail" }]] as const;

/** Cases of the datacenter, of a VM and of a container. */
function everywhere(args: Args = {}, around: Around = {}): Readonly<Record<string, Case>> {
  const of = (whose: Args): Case => {
    const after = around.after?.map(([tool, each]) => [tool, { ...each, ...whose }] as const);
    return [{ ...args, ...whose }, { ...around, ...(after && { after }) }];
  };
  return { datacenter: of({}), vm: of({ vmid: 100 }), lxc: of({ vmid: 200 }) };
}

/** Cluster Firewall. */
export const FIREWALL_CALLS: Calls = {
  proxmox_cluster_firewall: {
    get_options: everywhere(),
    update_options: everywhere({ enable: 1, policy_in: "DROP" }, { reference: ["policy_in"] }),
    list_macros: [{}],
    list_refs: everywhere(),
  },
  proxmox_cluster_firewall_alias: {
    list: everywhere(),
    get: everywhere({ name: "lab" }, { after: NAMED }),
    create: everywhere({ ...ALIAS, comment: "cellar" }),
    update: everywhere({ name: "lab", cidr: "10.8.0.0/16" }, { after: NAMED }),
    delete: everywhere({ name: "lab" }, { after: NAMED }),
  },
  proxmox_cluster_firewall_group: {
    list: [{}],
    get: [GROUP],
    create: [{ group: "mail", comment: "SMTP" }],
    update: [{ ...GROUP, rename: "web" }, { reference: { comment: "Web" } }],
    delete: [{ group: "mail" }, { after: EMPTY }],
  },
  proxmox_cluster_firewall_ipset: {
    list: everywhere(),
    create: everywhere({ name: "webs", comment: "web servers" }),
    delete: everywhere({ name: "labs", force: true }, { after: MEMBER, reference: ["force"] }),
  },
  proxmox_cluster_firewall_ipset_entry: {
    list: everywhere({ name: "labs" }, { after: SETS }),
    create: everywhere(SET, { after: SETS }),
    update: everywhere({ ...SET, nomatch: true }, { after: MEMBER }),
    delete: everywhere(SET, { after: MEMBER }),
  },
  proxmox_cluster_firewall_rule: {
    list: { datacenter: [{}], group: [GROUP] },
    get: { datacenter: [{ pos: 0 }], group: [{ ...GROUP, pos: 0 }] },
    create: { datacenter: [RULE], group: [{ ...GROUP, ...RULE }] },
    update: {
      datacenter: [{ pos: 0, comment: "probe" }],
      group: [{ ...GROUP, pos: 0, comment: "probe" }],
    },
    delete: { datacenter: [{ pos: 0 }], group: [{ ...GROUP, pos: 0 }] },
  },
};

/** SDN Networking. */
export const SDN_CALLS: Calls = {
  proxmox_sdn_controller: {
    list: [{}],
    get: [{ controller: "evpn1" }, { after: CONTROLLED }],
    create: [EVPN, { reference: ["type", "asn", "peers"] }],
    update: [{ controller: "evpn1", asn: 65001 }, { after: CONTROLLED }],
    delete: [{ controller: "evpn1" }, { after: CONTROLLED }],
    pending: [{}],
    apply: [{}],
    rollback: [{}, { after: PENDING }],
  },
  proxmox_sdn_subnet: {
    list: [{}],
    get: [{ subnet: "lab-10.50.0.0-24" }],
    create: [{ ...SUBNET, gateway: "10.7.0.1" }, { reference: ["vnet"] }],
    update: [{ subnet: "lab-10.50.0.0-24", snat: false }],
    delete: [{ subnet: "lab-10.50.0.0-24" }],
    pending: [{}],
    apply: [{}],
    rollback: [{}, { after: PENDING }],
  },
  proxmox_sdn_vnet: {
    list: [{}],
    get: [{ vnet: "prod" }],
    create: [VNET, { reference: ["zone", "tag"] }],
    update: [{ vnet: "prod", alias: "Production" }],
    delete: [{ vnet: "guests" }, { after: MADE }],
    pending: [{}, { after: MADE }],
    apply: [{}, { after: MADE }],
    rollback: [{}, { after: MADE }],
  },
  proxmox_sdn_zone: {
    list: [{}],
    get: [{ zone: "lan" }],
    create: [{ zone: "far", type: "vxlan", peers: "192.0.2.11,192.0.2.12" }, {
      reference: { type: "simple" },
    }],
    update: [{ zone: "lan", mtu: 1450 }],
    delete: [{ zone: "far" }, { after: PENDING }],
    pending: [{}, { after: PENDING }],
    apply: [{}, { after: PENDING }],
    rollback: [{}, { after: PENDING }],
  },
};
