/**
 * Calls of the tools for the cluster's firewall and its networks.
 *
 * @module
 */
import type { Calls } from "./line.ts";

const EVPN = { controller: "evpn1", type: "evpn", asn: 65000, peers: "192.0.2.11" };
const CONTROLLED = [["proxmox_sdn_controller", { action: "create", ...EVPN }]] as const;
const PENDING = [["proxmox_sdn_zone", { action: "create", zone: "far", type: "simple" }]] as const;
const VNET = { vnet: "guests", zone: "lan", tag: 300 };
const MADE = [["proxmox_sdn_vnet", { action: "create", ...VNET }]] as const;
const SUBNET = { vnet: "labnet", subnet: "10.7.0.0/24" };
const SET = { name: "management", cidr: "10.7.0.0/16" };
const MEMBER = [["proxmox_cluster_firewall_ipset_entry", { action: "create", ...SET }]] as const;
const RULE = { rule_action: "ACCEPT", type: "in", macro: "Ping", enable: 1 };
const GROUP = { group: "webserver" };
const EMPTY = [["proxmox_cluster_firewall_group", { action: "create", group: "mail" }]] as const;

/** Cluster Firewall. */
export const FIREWALL_CALLS: Calls = {
  proxmox_cluster_firewall: {
    get_options: [{}],
    update_options: [{ enable: 1, policy_in: "DROP" }, { reference: ["policy_in"] }],
    list_macros: [{}],
    list_refs: [{}],
  },
  proxmox_cluster_firewall_alias: {
    list: [{}],
    get: [{ name: "office" }],
    create: [{ name: "lab", cidr: "10.9.0.0/16", comment: "cellar" }],
    update: [{ name: "office", cidr: "10.8.0.0/16" }],
    delete: [{ name: "office" }],
  },
  proxmox_cluster_firewall_group: {
    list: [{}],
    get: [GROUP],
    create: [{ group: "mail", comment: "SMTP" }],
    update: [{ ...GROUP, rename: "web" }, { reference: { comment: "Web" } }],
    delete: [{ group: "mail" }, { after: EMPTY }],
  },
  proxmox_cluster_firewall_ipset: {
    list: [{}],
    create: [{ name: "webs", comment: "web servers" }],
    delete: [{ name: "management", force: true }, { reference: ["force"] }],
  },
  proxmox_cluster_firewall_ipset_entry: {
    list: [{ name: "management" }],
    create: [SET],
    update: [{ ...SET, nomatch: true }, { after: MEMBER }],
    delete: [SET, { after: MEMBER }],
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
    apply: [{}],
    rollback: [{}, { after: PENDING }],
  },
  proxmox_sdn_subnet: {
    list: [{}],
    get: [{ subnet: "lab-10.50.0.0-24" }],
    create: [{ ...SUBNET, gateway: "10.7.0.1" }, { reference: ["vnet"] }],
    update: [{ subnet: "lab-10.50.0.0-24", snat: false }],
    delete: [{ subnet: "lab-10.50.0.0-24" }],
    apply: [{}],
    rollback: [{}, { after: PENDING }],
  },
  proxmox_sdn_vnet: {
    list: [{}],
    get: [{ vnet: "prod" }],
    create: [VNET, { reference: ["zone", "tag"] }],
    update: [{ vnet: "prod", alias: "Production" }],
    delete: [{ vnet: "guests" }, { after: MADE }],
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
    apply: [{}, { after: PENDING }],
    rollback: [{}, { after: PENDING }],
  },
};
