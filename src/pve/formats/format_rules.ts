/**
 * PVE's named formats: what a value must look like, and PVE's words when it does not.
 * Source: the `register_format` calls of PVE's own Perl modules.
 *
 * @module
 */
import { FIREWALL_RULES } from "./firewall_formats.ts";
import {
  checkHotplug,
  checkIdPair,
  checkReplicationId,
  checkUserId,
  checkVlans,
  CONTENT_TYPES,
  DNS_LABEL,
  DNS_NAME,
  type FormatRule,
  isBlockSize,
  isDirOverride,
  isHostAndPort,
  isNetmask,
  isTimeZone,
} from "./format_checks.ts";
import { WORD } from "./perl_pattern.ts";
import { PRIVILEGES, PRIVILEGES_BEFORE_9 } from "../privileges.ts";
import { isCidrV4, isCidrV6, isIp, isIpOrCidr, isIpv4, isIpv6 } from "../ip.ts";

type Test = RegExp | ((value: string) => boolean);

/** A rule with a fixed message, in which `%` stands for the value. */
export function rule(test: Test, message: string): FormatRule {
  return (value) => {
    const fits = test instanceof RegExp ? test.test(value) : test(value);
    return fits ? undefined : message.replaceAll("%", () => value);
  };
}

const MAIL_USER = `[${WORD}+~\\-]+(?:\\.[${WORD}+~\\-]+)*`;
const MAIL = new RegExp(`^${MAIL_USER}@[a-zA-Z0-9\\-]+(?:\\.[a-zA-Z0-9\\-]+)*$`, "u");
const MAIL_OR_USER = new RegExp(`^${MAIL_USER}$`, "u");
const STORAGE_ID = /^[a-z][a-z0-9\-_.]*[a-z0-9]$/i;
const VOLUME_ID = /^[a-z][a-z0-9\-_.]*[a-z0-9]:.+$/i;
const BRIDGE_ID = new RegExp(`^[-_.${WORD}]+$`, "u");
const NODE = new RegExp(`^${DNS_LABEL}$`);
const MAX_POOL_LEVELS = 3;
const POOL = /^[A-Za-z0-9.\-_]+(?:\/[A-Za-z0-9.\-_]+){0,2}$/;
const NAME = /^[A-Za-z0-9.\-_]+$/;
const CALENDAR = new RegExp(
  "^(?:(?:minutely|hourly|daily|weekly|monthly|yearly|annually|quarterly|semiannually)|" +
    "(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*(?:(?:\\.\\.|-|,)(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*)*)?" +
    "(?:\\s*[\\d*,./]+-[\\d*,./~-]+)?(?:\\s*[\\d*,./]+(?::[\\d*,./]+){0,2}|\\s*))$",
  "i",
);

const storageId: FormatRule = (value) =>
  value.length < 2
    ? `storage ID '${value}' cannot be shorter than 2 characters`
    : rule(STORAGE_ID, "storage ID '%' contains illegal characters")(value);
const bridgeId = rule(BRIDGE_ID, "invalid bridge ID '%'");
// Perl takes the text 0 for no name.
const address = (value: string): boolean => isIp(value) || (value !== "0" && DNS_NAME.test(value));
const absolutePath = rule(/^\/[^;()]+/, "value does not look like a valid absolute path");
const volume = rule(VOLUME_ID, "unable to parse volume ID '%'");
const volumeOrPath: FormatRule = (value) => value.startsWith("/") ? undefined : volume(value);
const DISK = "(?:ide[0-3]|sata[0-5]|scsi(?:\\d|[12]\\d|30)|virtio(?:\\d|1[0-5]))";
const PEM = /^\s*-----BEGIN [^-]+-----[\s\S]+-----END [^-]+-----\s*$/;
const HA_NODE = new RegExp(`^${DNS_LABEL}(?::\\d+)?$`);

/** Rules by format name, without the suffixes `-list`, `-alist` and `-opt`. */
export const FORMAT_RULES: Readonly<Record<string, FormatRule>> = {
  ...FIREWALL_RULES,
  "address": rule(address, "value does not look like a valid address: %"),
  "bridge-pair": checkIdPair(bridgeId),
  "CIDR": rule(
    (value) => isCidrV4(value) || isCidrV6(value),
    "value does not look like a valid CIDR network",
  ),
  "CIDRv4": rule(isCidrV4, "value does not look like a valid IPv4 CIDR network"),
  "CIDRv6": rule(isCidrV6, "value does not look like a valid IPv6 CIDR network"),
  "disk-size": rule(/^\d+(?:\.\d+)?[KMGT]?$/, "value does not look like a valid disk size: %"),
  "dns-name": rule(DNS_NAME, "value does not look like a valid DNS name"),
  "email": rule(MAIL, "value does not look like a valid email address"),
  "email-or-username": rule(
    (value) => MAIL.test(value) || MAIL_OR_USER.test(value),
    "value does not look like a valid email address or user name",
  ),
  "graphite-path": rule(
    /^[a-zA-Z0-9_-]+(?:\.[a-zA-Z0-9_-]+)*$/,
    "value does not look like a valid graphite path",
  ),
  "ip": rule(isIp, "value does not look like a valid IP address"),
  "ipv4": rule(isIpv4, "value does not look like a valid IPv4 address"),
  "ipv4mask": rule(isNetmask, "value does not look like a valid IP netmask"),
  "ipv6": rule(isIpv6, "value does not look like a valid IPv6 address"),
  "IPorCIDR": rule(isIpOrCidr, "value does not look like a valid IP address or CIDR network"),
  "ldap-simple-attr": rule(
    /^[a-zA-Z0-9]+$/,
    "value '%' does not look like a simple ldap attribute name",
  ),
  "lxc-ip-with-ll-iface": rule(
    (value) => isIp(/^(fe80:[^%]+)%[a-z]\w{1,20}$/i.exec(value)?.[1] ?? value),
    "value does not look like a valid IP address",
  ),
  "mac-addr": rule(
    /^[a-f0-9][02468ace](?::[a-f0-9]{2}){5}$/i,
    "value does not look like a valid unicast MAC address",
  ),
  "mac-prefix": rule(
    /^[a-f0-9][02468ace](?::[a-f0-9]{2}){0,2}:?$/i,
    "value is not a valid unicast MAC address prefix",
  ),
  "pem-certificate-chain": rule(PEM, "not a valid PEM-formatted certificate chain."),
  "pem-string": rule(PEM, "not a valid PEM-formatted string."),
  "pve-acme-alias": rule(
    /^[a-z0-9_][a-z0-9_-]*(?:\.[a-z0-9_][a-z0-9_-]*)+$/i,
    "value '%' does not look like a valid alias name!",
  ),
  "pve-acme-domain": rule(
    /^[a-z0-9][a-z0-9_-]*(?:\.[a-z0-9][a-z0-9_-]*)+$/i,
    "value '%' does not look like a valid domain name!",
  ),
  "pve-bridge-id": bridgeId,
  "pve-calendar-event": rule(
    (value) => value.trim() !== "" && CALENDAR.test(value.trim()),
    "invalid calendar event '%' - unable to parse calendar event - unexpected input '%'\n",
  ),
  "pve-configid": rule(/^[a-z][a-z0-9_-]+$/i, "invalid configuration ID '%'"),
  "pve-cpuset": rule(
    /^$|^\s*\d+(?:-\d+)?\s*(?:,\s*\d+(?:-\d+)?\s*)*$/,
    "unable to parse cpuset option",
  ),
  "pve-ct-timezone": rule(
    (value) => value === "host" || isTimeZone(value),
    "invalid time zone '%'",
  ),
  "pve-day-of-week": rule(/^(?:mon|tue|wed|thu|fri|sat|sun)$/, "invalid day '%'"),
  "pve-dir-override": rule(isDirOverride, "invalid override '%'"),
  "pve-groupid": rule(NAME, "group name '%' contains invalid characters"),
  "pve-ha-node": rule(HA_NODE, "value does not look like a valid ha group node"),
  "pve-ha-resource-id": rule(
    /^[a-z]+:\S+$/,
    "value does not look like a valid ha resource id",
  ),
  "pve-ha-resource-or-vm-id": rule(
    /^(?:[a-z]+:\S+|\d+)$/,
    "value does not look like a valid ha resource id",
  ),
  "pve-hotplug-features": checkHotplug,
  "pve-iface": rule(/^[a-z][a-z0-9_]{1,20}(?:[:.]\d+)?$/i, "invalid network interface name '%'"),
  "pve-ipv4-config": rule(
    (value) => value === "dhcp" || value === "manual" || isCidrV4(value),
    "value does not look like a valid ipv4 network configuration",
  ),
  "pve-ipv6-config": rule(
    (value) => /^(?:auto|dhcp|manual)$/.test(value) || isCidrV6(value),
    "value does not look like a valid ipv6 network configuration",
  ),
  "pve-lxc-dev-string": rule(
    (value) => value.startsWith("/dev/") && !/\/\.\.?(?:\/|$)/.test(value),
    "% is not a valid device path",
  ),
  "pve-lxc-mp-string": rule(
    (value) => !/\/\.\.?(?:\/|$)|^\.\.\//.test(value),
    "% contains illegal character sequences",
  ),
  "pve-node": rule(NODE, "value does not look like a valid node name"),
  "pve-phys-bits": rule(
    (value) => value === "host" || (/^\d{1,2}$/.test(value) && +value >= 8 && +value <= 64),
    "value must be an integer between 8 and 64",
  ),
  "pve-poolid": (value) =>
    value.split("/").length > MAX_POOL_LEVELS
      ? `pool name '${value}' nested too deeply (max levels = ${MAX_POOL_LEVELS})`
      : rule(POOL, "pool name '%' contains invalid characters")(value),
  "pve-priv": rule(
    (value) => PRIVILEGES.includes(value) || PRIVILEGES_BEFORE_9.includes(value),
    "invalid privilege '%'",
  ),
  "pve-qm-bootdev": rule(
    new RegExp(`^(?:${DISK}|net(?:\\d|[12]\\d|3[01])|usb(?:\\d|1[0-3])|hostpci(?:\\d|1[0-5]))$`),
    "invalid boot device '%'",
  ),
  "pve-qm-bootdisk": rule(
    new RegExp(`^(?:${DISK}|efidisk0|tpmstate0)$`),
    "invalid boot disk '%'",
  ),
  "pve-realm": rule(/^[A-Za-z][A-Za-z0-9.\-_]+$/, "value does not look like a valid realm"),
  "pve-replication-job-id": checkReplicationId,
  "pve-roleid": rule(NAME, "role name '%' contains invalid characters"),
  "pve-sdn-bgp-rt": rule(/^\d+:\d+$/, "value does not look like a valid route target"),
  "pve-sdn-fabric-id": rule(
    /^[a-zA-Z0-9][a-zA-Z0-9-]{0,6}[a-zA-Z0-9]?$/,
    "value does not look like a valid fabric id",
  ),
  "pve-sdn-subnet-id": rule(
    (value) => {
      const [, ip, mask] = value.split("-");
      const cidr = value.includes("/") ? value : `${ip}/${mask}`;
      return isCidrV4(cidr) || isCidrV6(cidr);
    },
    "value does not look like a valid CIDR network",
  ),
  "pve-startup-order": rule(
    (value) =>
      value !== "" && value !== "0" &&
      value.split(",").every((part) => /^\s*$|^(?:order=)?\d+$|^up=\d+$|^down=\d+$/.test(part)),
    "unable to parse startup options",
  ),
  "pve-storage-content": rule((value) => CONTENT_TYPES.has(value), "invalid content type '%'"),
  "pve-storage-id": storageId,
  "pve-storage-options": rule(/^\S+$/, "invalid options '%'"),
  "pve-storage-path": absolutePath,
  "pve-storage-path-in-property-string": absolutePath,
  "pve-storage-portal-dns": rule(
    isHostAndPort,
    "value does not look like a valid portal address",
  ),
  "pve-storage-server": rule(
    address,
    "value does not look like a valid server name or IP address",
  ),
  "pve-storage-vgname": rule(
    /^[a-z0-9][a-z0-9\-_.]*[a-z0-9]$/i,
    "lvm name '%' contains illegal characters",
  ),
  "pve-storage-zfs-blocksize": rule(
    isBlockSize,
    "value does not look like a valid ZFS block size",
  ),
  "pve-tag": rule(/^[a-z0-9_][a-z0-9_\-+.]*$/i, "invalid characters in tag"),
  "pve-task-status-type": rule(/^(?:ok|error|warning|unknown)$/i, "invalid status '%'"),
  "pve-tokenid": rule(
    /^[^\s:/]+@[A-Za-z][A-Za-z0-9.\-_]+![A-Za-z][A-Za-z0-9.\-_]+$/,
    "value '%' does not look like a valid token ID",
  ),
  "pve-userid": checkUserId,
  "pve-vlan-id-or-range": checkVlans,
  "pve-vmid": rule(/^[1-9][0-9]{2,8}$/, "value does not look like a valid VM ID"),
  "pve-volume-id": volume,
  "pve-volume-id-or-absolute-path": volumeOrPath,
  "pve-volume-id-or-qm-path": (value) =>
    value === "none" || value === "cdrom" ? undefined : volumeOrPath(value),
  "storage-pair": checkIdPair(storageId),
  "urlencoded": rule(/^[-%a-zA-Z0-9_.!~*'()]*$/, "invalid urlencoded string: %"),
};
