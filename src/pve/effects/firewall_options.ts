/**
 * Effects on the options of firewalls: on and off both take something, as does another policy.
 *
 * @module
 */
import { type Effect, type GuestsOf, isOff, type ReadOperation } from "./effect.ts";
import {
  altered,
  clearableSettings,
  lowered,
  type Rule,
  shortened,
  switched,
  turnedOff,
  turnedOn,
} from "./settings.ts";

/** Another policy, unless the firewall is off afterwards and the policy without effect. */
function policy(of: string, byDefault: string): Rule {
  const rule = altered(`policy for ${of} traffic`, { byDefault });
  return (change) => {
    const enable = change.other("enable");
    const off = enable === undefined ? change.known : isOff(enable);
    return off ? undefined : rule(change);
  };
}

function firewall(onByDefault = false): Rule {
  return switched(
    "off, what its rules and policies keep out gets through",
    "on, connections that no rule lets through are closed",
    onByDefault,
  );
}

const LOGGING = [
  "log_level_in",
  "log_level_out",
  "log_level_forward",
  "log_nf_conntrack",
  "smurf_log_level",
  "tcp_flags_log_level",
];
const TUNING = [
  "protection_synflood_burst",
  "protection_synflood_rate",
  "nf_conntrack_tcp_timeout_syn_recv",
];

/** Options of the datacenter's firewall. */
export const clusterOptions = clearableSettings({
  of: "firewall of the datacenter",
  now: "GET /cluster/firewall/options",
  trivial: ["log_ratelimit"],
  rules: {
    enable: firewall(),
    policy_in: policy("incoming", "DROP"),
    policy_out: policy("outgoing", "ACCEPT"),
    policy_forward: policy("forwarded", "ACCEPT"),
    ebtables: turnedOff("rules on the link layer, MAC filters for instance", true),
  },
});

export const nodeOptions = clearableSettings({
  of: "firewall of node {node}",
  now: "GET /nodes/{node}/firewall/options",
  trivial: [...LOGGING, ...TUNING],
  rules: {
    enable: firewall(true),
    nosmurfs: turnedOff("filter against smurf attacks", true),
    tcpflags: turnedOff("filter of illegal TCP flags"),
    ndp: turnedOff("IPv6 neighbour discovery", true),
    protection_synflood: turnedOff("protection against SYN floods"),
    nftables: switched(
      "the nftables firewall: rules of VNets and for forwarded traffic, which need it",
      "the iptables firewall",
    ),
    nf_conntrack_allow_invalid: turnedOn("filter of invalid packets"),
    nf_conntrack_helpers: shortened("helpers for connections of protocols"),
    nf_conntrack_max: lowered("connections that are tracked at most", 262_144),
    nf_conntrack_tcp_timeout_established: lowered("seconds that idle connections last", 432_000),
  },
});

export const vnetOptions = clearableSettings({
  of: "firewall of VNet {vnet}",
  now: "GET /cluster/sdn/vnets/{vnet}/firewall/options",
  trivial: LOGGING,
  rules: {
    enable: firewall(),
    policy_forward: policy("forwarded", "ACCEPT"),
  },
});

/** Options of a guest's firewall. */
export function guestOptions(
  now: ReadOperation,
  guests: GuestsOf,
): Effect<
  | "delete"
  | "enable"
  | "policy_in"
  | "policy_out"
  | "macfilter"
  | "ipfilter"
  | "dhcp"
  | "ndp"
  | "radv"
> {
  return clearableSettings({
    of: "firewall of guest {vmid}",
    now,
    guests,
    trivial: LOGGING,
    rules: {
      enable: firewall(),
      policy_in: policy("incoming", "DROP"),
      policy_out: policy("outgoing", "ACCEPT"),
      macfilter: turnedOff("filter of other MAC addresses than its own", true),
      ipfilter: switched(
        "filter of other IP addresses than its own",
        "connections from addresses that are not in its ipfilter sets",
      ),
      dhcp: turnedOff("DHCP"),
      ndp: turnedOff("IPv6 neighbour discovery", true),
      radv: turnedOff("router advertisements that it sends"),
    },
  });
}
