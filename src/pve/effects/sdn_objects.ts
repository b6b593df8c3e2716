/**
 * Effects on the objects of SDN. None is felt before the changes are applied.
 *
 * @module
 */
import { taken } from "./creation.ts";
import { deletion } from "./deletion.ts";
import type { ChangeOperation, EffectTable } from "./effect.ts";
import {
  clearableSettings,
  cleared,
  replaced,
  shortened,
  turnedOff,
  turnedOn,
} from "./settings.ts";

const NEW = { nothing: "a new object; PVE refuses the name of another" } as const;
const CHANGED = replaced("the network as it is, once applied");

function addresses(text: unknown): string[] {
  return String(text ?? "").match(/(?<!\d)\d+(?:\.\d+){3}|(?<![0-9a-f])[0-9a-f]*:[0-9a-f:]+/gi) ??
    [];
}

const ZONE = "GET /cluster/sdn/zones/{zone}";
const VNET = "GET /cluster/sdn/vnets/{vnet}";
const SUBNET = "GET /cluster/sdn/vnets/{vnet}/subnets/{subnet}";
const CONTROLLER = "GET /cluster/sdn/controllers/{controller}";
const DNS = "GET /cluster/sdn/dns/{dns}";
const IPAM = "GET /cluster/sdn/ipams/{ipam}";

/** Effects on zones, VNets, subnets and what they use. */
export const sdnObjectEffects = {
  "POST /cluster/sdn/zones": [taken("SDN zone", "GET /cluster/sdn/zones", "zone")],
  "PUT /cluster/sdn/zones/{zone}": [clearableSettings({
    of: "SDN zone {zone}",
    now: ZONE,
    trivial: ["lock-token"],
    rules: {
      nodes: shortened("nodes, once applied", { emptyIsAll: true }),
      peers: shortened("peers, once applied"),
      exitnodes: shortened("exit nodes, once applied"),
      "exitnodes-primary": CHANGED,
      "exitnodes-local-routing": turnedOff("routing on exit nodes, once applied"),
      "advertise-subnets": turnedOff("subnets that are advertised, once applied"),
      bridge: CHANGED,
      controller: CHANGED,
      dhcp: replaced("DHCP, once applied"),
      dns: CHANGED,
      dnszone: CHANGED,
      reversedns: CHANGED,
      fabric: CHANGED,
      ipam: CHANGED,
      mac: CHANGED,
      mtu: CHANGED,
      "rt-import": CHANGED,
      tag: CHANGED,
      "vlan-protocol": CHANGED,
      "vrf-vxlan": CHANGED,
      "vxlan-port": CHANGED,
    },
  })],
  "DELETE /cluster/sdn/zones/{zone}": [deletion({
    what: "SDN zone {zone}",
    loses: "the zone, once applied",
    now: ZONE,
    shows: ["type", "bridge", "tag", "nodes"],
  })],

  "POST /cluster/sdn/vnets": NEW,
  "PUT /cluster/sdn/vnets/{vnet}": [clearableSettings({
    of: "VNet {vnet}",
    now: VNET,
    trivial: ["alias", "lock-token"],
    rules: {
      zone: CHANGED,
      tag: CHANGED,
      vlanaware: turnedOff("VLANs of guests, once applied"),
      "isolate-ports": turnedOn("connections between its guests, once applied"),
    },
  })],
  "DELETE /cluster/sdn/vnets/{vnet}": [deletion({
    what: "VNet {vnet}",
    loses: "the network of its guests, once applied",
    now: VNET,
    shows: ["zone", "tag", "alias"],
  })],

  "POST /cluster/sdn/vnets/{vnet}/subnets": NEW,
  "PUT /cluster/sdn/vnets/{vnet}/subnets/{subnet}": [clearableSettings({
    of: "subnet {subnet} of VNet {vnet}",
    now: SUBNET,
    trivial: ["lock-token"],
    rules: {
      gateway: replaced("gateway, once applied"),
      snat: turnedOff("source NAT, once applied"),
      "dhcp-range": shortened("ends of DHCP ranges, once applied", { split: addresses }),
      "dhcp-dns-server": replaced("DNS server that DHCP hands out, once applied"),
      dnszoneprefix: replaced("names of its guests in DNS, once applied"),
    },
  })],
  "DELETE /cluster/sdn/vnets/{vnet}/subnets/{subnet}": [deletion({
    what: "subnet {subnet} of VNet {vnet}",
    loses: "gateway and DHCP, once applied",
    now: SUBNET,
    shows: ["cidr", "gateway", "snat"],
  })],

  "POST /cluster/sdn/controllers": NEW,
  "PUT /cluster/sdn/controllers/{controller}": [clearableSettings({
    of: "SDN controller {controller}",
    now: CONTROLLER,
    trivial: ["lock-token"],
    rules: {
      asn: CHANGED,
      "bgp-multipath-as-path-relax": turnedOff("paths by several systems, once applied"),
      ebgp: turnedOff("eBGP, once applied"),
      "ebgp-multihop": CHANGED,
      fabric: CHANGED,
      "isis-domain": CHANGED,
      "isis-ifaces": shortened("interfaces, once applied"),
      "isis-net": CHANGED,
      loopback: CHANGED,
      node: CHANGED,
      peers: shortened("peers, once applied"),
    },
  })],
  "DELETE /cluster/sdn/controllers/{controller}": [deletion({
    what: "SDN controller {controller}",
    loses: "the routes that it makes known, once applied",
    now: CONTROLLER,
    shows: ["type", "asn", "peers", "node"],
  })],

  "POST /cluster/sdn/dns": NEW,
  "PUT /cluster/sdn/dns/{dns}": [clearableSettings({
    of: "DNS server {dns}",
    now: DNS,
    trivial: ["ttl", "lock-token"],
    rules: {
      url: replaced("the server in use"),
      key: cleared("key to it"),
      fingerprint: replaced("certificate that is accepted"),
    },
  })],
  "DELETE /cluster/sdn/dns/{dns}": [deletion({
    what: "DNS server {dns}",
    loses: "names of guests are no longer set in it",
    now: DNS,
    shows: ["type", "url"],
  })],

  "POST /cluster/sdn/ipams": NEW,
  "PUT /cluster/sdn/ipams/{ipam}": [clearableSettings({
    of: "IPAM {ipam}",
    now: IPAM,
    trivial: ["lock-token"],
    rules: {
      url: replaced("the server in use"),
      section: replaced("the section in use"),
      token: cleared("token to it"),
      fingerprint: replaced("certificate that is accepted"),
    },
  })],
  "DELETE /cluster/sdn/ipams/{ipam}": [deletion({
    what: "IPAM {ipam}",
    loses: "addresses are no longer managed by it",
    now: IPAM,
    shows: ["type", "url"],
  })],
} satisfies EffectTable<
  Exclude<
    Extract<
      ChangeOperation,
      `${string} /cluster/sdn/${"zones" | "vnets" | "controllers" | "dns" | "ipams"}${string}`
    >,
    `${string}/${"firewall/" | "ips"}${string}`
  >
>;
