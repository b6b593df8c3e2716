/**
 * Formats of firewall rules: addresses, ports, protocols.
 * Source: PVE::Firewall.
 *
 * @module
 */
import { isIp, isIpOrCidr } from "../ip.ts";
import { splitList } from "../split_list.ts";

const ALIAS = /^(?:(?:dc|guest)\/)?[A-Za-z][A-Za-z0-9\-_]+$/;
/** What a rule may refer to is no longer than the name of an alias may be. */
const MAX_ALIAS_CHARACTERS = 64;
const SERVICES = new Set(
  ("bgp dhcpv6-client dhcpv6-server domain echo finger ftp ftp-data git gopher http https imap2 " +
    "imaps ipp iscsi-target kerberos ldap ldaps microsoft-ds mysql netbios-ns nfs nntp ntp " +
    "openvpn pop3 pop3s postgresql radius redis rsync rtsp sip smtp snmp snmp-trap ssh " +
    "submission submissions sunrpc svn syslog telnet tftp time whois x11 xmpp-client xmpp-server")
    .split(" "),
);
const PROTOCOLS = new Set(
  ("ah ax.25 dccp egp eigrp encap esp etherip fc ggp gre hip hmp hopopt icmp idpr-cmtp idrp igmp " +
    "igp ip ipcomp ipencap ipip ipv6 ipv6-frag ipv6-icmp ipv6-nonxt ipv6-opts ipv6-route isis " +
    "iso-tp4 l2tp manet mobility-header mpls-in-ip ospf pim pup rdp rohc rspf rsvp sctp shim6 " +
    "skip st tcp udp udplite vmtp vrrp wesp xns-idp xtp icmpv6").split(" "),
);
const ICMP_TYPES = new Set(
  ("any echo-reply destination-unreachable network-unreachable host-unreachable " +
    "protocol-unreachable port-unreachable fragmentation-needed source-route-failed " +
    "network-unknown host-unknown network-prohibited host-prohibited TOS-network-unreachable " +
    "TOS-host-unreachable communication-prohibited host-precedence-violation precedence-cutoff " +
    "source-quench redirect network-redirect host-redirect TOS-network-redirect " +
    "TOS-host-redirect echo-request router-advertisement router-solicitation time-exceeded " +
    "ttl-zero-during-transit ttl-zero-during-reassembly parameter-problem ip-header-bad " +
    "required-option-missing timestamp-request timestamp-reply address-mask-request " +
    "address-mask-reply no-route beyond-scope address-unreachable failed-policy reject-route " +
    "packet-too-big bad-header unknown-header-type unknown-option neighbor-solicitation " +
    "neighbour-solicitation neighbor-advertisement neighbour-advertisement").split(" "),
);
const HELPERS = new Set("amanda ftp irc netbios-ns pptp sane sip snmp tftp".split(" "));

/** IPv4 as rules take it: parts that are left out are 0, so 10 is 10.0.0.0. */
function isShortIpv4(text: string): boolean {
  const parts = text.split(".");
  return parts.length <= 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256);
}

function isAddress(text: string): boolean {
  return isIp(text) || isShortIpv4(text);
}

function isNetwork(text: string): boolean {
  const [address = "", prefix, ...more] = text.split("/");
  if (isIpOrCidr(text) || (isShortIpv4(address) && prefix === undefined)) return true;
  return isShortIpv4(address) && more.length === 0 && isIpOrCidr(`0.0.0.0/${prefix}`) &&
    prefix !== "0";
}

function checkAddresses(text: string): string | undefined {
  if (text === "" || /^\+\S+$/.test(text)) return undefined;
  if (ALIAS.test(text) && text.length <= MAX_ALIAS_CHARACTERS) return undefined;
  const elements = text.split(",");
  if (elements.includes("")) return "extraneous commas in list";
  let ranges = 0;
  const versions = new Set<number>();
  for (const element of elements) {
    const [low = "", high] = element.split("-");
    const known = high === undefined ? isNetwork(low) : isAddress(low) && isAddress(high);
    if (!known) return `invalid IP address: Unknown address (${element})`;
    if (high !== undefined) ranges += 1;
    versions.add(low.includes(":") ? 6 : 4);
  }
  if (ranges > 0 && elements.length > 1) return "you can't use a range in a list";
  return versions.size > 1
    ? `detected mixed ipv4/ipv6 addresses in address list '${text}'`
    : undefined;
}

function checkPorts(text: string, destination: boolean): string | undefined {
  const items = text.split(",");
  let count = 0;
  let icmp = false;
  for (const item of items) {
    const range = /^(\d+)(?::(\d+))?$/.exec(item);
    if (range) {
      const ports = [range[1], range[2]].filter((port) => port !== undefined);
      const wrong = ports.find((port) => Number(port) > 65535);
      if (wrong !== undefined) return `invalid port '${wrong}'`;
      if (ports.length === 2 && Number(ports[0]) > Number(ports[1])) {
        return `backwards range '${item}' not allowed, did you mean '${ports[1]}:${ports[0]}'?`;
      }
      count += ports.length;
    } else if (destination && ICMP_TYPES.has(item)) {
      icmp = true;
    } else if (SERVICES.has(item)) {
      count += 1;
    } else {
      return `invalid port '${item}'`;
    }
  }
  if (icmp && count > 0) return "ICMP ports not allowed in port range";
  return count > 15 ? "too many entries in port list (> 15 numbers)" : undefined;
}

/** Rules by format name. */
export const FIREWALL_RULES: Readonly<Record<string, (value: string) => string | undefined>> = {
  "IPorCIDRorAlias": (value) =>
    ALIAS.test(value) || isIpOrCidr(value)
      ? undefined
      : "value does not look like a valid IP address or CIDR network",
  "pve-fw-addr-spec": checkAddresses,
  "pve-fw-conntrack-helper": (value) => {
    const wrong = splitList(value).find((name) => !HELPERS.has(name));
    return wrong === undefined ? undefined : `unknown conntrack helper '${wrong}'`;
  },
  "pve-fw-dport-spec": (value) => checkPorts(value, true),
  "pve-fw-icmp-type-spec": (value) =>
    value === "" || ICMP_TYPES.has(value) ? undefined : `invalid icmp-type value '${value}'`,
  "pve-fw-protocol-spec": (value) => {
    const number = /^\d{1,3}$/.test(value) ? Number(value) : -1;
    const known = value === "" || PROTOCOLS.has(value) || (number >= 0 && number < 143);
    return known ? undefined : `unknown protocol '${value}'`;
  },
  "pve-fw-sport-spec": (value) => checkPorts(value, false),
};
