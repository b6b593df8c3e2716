/**
 * Cloud-init of VMs. Source: PVE::QemuServer::Cloudinit.
 *
 * @module
 */
import { parsePropertyString } from "../../pve/formats/formats.ts";
import { splitList } from "../../pve/split_list.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handlers } from "../core/handler.ts";
import type { Guest } from "../core/model.ts";
import { named } from "../core/params.ts";
import type { Entry } from "../core/tables.ts";
import { disksOf, guestName, isNetKey } from "./config.ts";
import { guestHandler } from "./find.ts";
import { macsOf } from "./network.ts";

/** Options that are listed whether they changed or not. Source: PVE::API2::Qemu. */
const OPTIONS = /^(?:ci(?:custom|password|type|user|upgrade)|nameserver|searchdomain|sshkeys)$/;
/** What goes into the image. */
const KEYS = /^(?:ci\w+|ipconfig\d+|nameserver|searchdomain|sshkeys|name|net\d+)$/;

function list(_cluster: Cluster, guest: Guest): Entry[] {
  const hasDrive = disksOf("qemu", guest.config).some((disk) => disk.volid.includes("cloudinit"));
  const configured = Object.keys(guest.config).filter((key) => OPTIONS.test(key));
  const waiting = [...Object.keys(guest.pending), ...guest.pendingDelete.keys()];
  const changed = hasDrive ? waiting.filter((key) => KEYS.test(key)) : [];
  return [...new Set([...configured, ...changed])].sort().map((key) => {
    const hidden = key === "cipassword";
    const masked = (value: unknown): string => hidden ? "**********" : String(value);
    const row: Entry = { key };
    if (guest.config[key] !== undefined) row.value = masked(guest.config[key]);
    if (guest.pending[key] !== undefined) row.pending = masked(guest.pending[key]);
    if (guest.pendingDelete.has(key)) row.delete = 1;
    return row;
  });
}

function user(guest: Guest): string {
  const name = guestName(guest);
  const { ciuser, cipassword, sshkeys, ciupgrade } = guest.config;
  const lines = ["#cloud-config", `hostname: ${name}`, "manage_etc_hosts: true", `fqdn: ${name}`];
  if (ciuser !== undefined) lines.push(`user: ${ciuser}`);
  if (cipassword !== undefined) lines.push("password: $5$rounds=5000$hidden");
  if (sshkeys !== undefined) {
    lines.push("ssh_authorized_keys:");
    for (const key of decodeURIComponent(String(sshkeys)).trim().split("\n")) {
      lines.push(`  - ${key}`);
    }
  }
  lines.push("chpasswd:", "  expire: False", "users:", "  - default");
  lines.push(`package_upgrade: ${Number(ciupgrade ?? 1) ? "true" : "false"}`);
  return lines.map((line) => `${line}\n`).join("");
}

function network(guest: Guest): string {
  const lines = ["version: 1", "config:"];
  macsOf(guest).forEach((mac, index) => {
    const text = String(guest.config[`ipconfig${index}`] ?? "ip=dhcp");
    const config = parsePropertyString("pve-qm-ipconfig", text);
    lines.push("    - type: physical", `      name: eth${index}`);
    lines.push(`      mac_address: '${mac.toLowerCase()}'`, "      subnets:");
    const { ip = "dhcp", gw } = config;
    if (ip === "dhcp") {
      lines.push("      - type: dhcp4");
      return;
    }
    const [address = "", prefix = "24"] = ip.split("/");
    lines.push("      - type: static", `        address: '${address}'`);
    lines.push(`        netmask: '${netmask(Number(prefix))}'`);
    if (gw !== undefined) lines.push(`        gateway: '${gw}'`);
  });
  const { nameserver, searchdomain } = guest.config;
  lines.push("    - type: nameserver", "      address:");
  for (const address of splitList(nameserver ?? "192.0.2.1")) {
    lines.push(`      - '${address}'`);
  }
  lines.push("      search:", `      - '${searchdomain ?? "example.com"}'`);
  return lines.map((line) => `${line}\n`).join("");
}

function netmask(prefix: number): string {
  const bits = prefix === 0 ? 0 : (~0 << (32 - prefix)) >>> 0;
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join(".");
}

function dump(_cluster: Cluster, guest: Guest, call: Call): string {
  const type = named(call, "type");
  if (type === "user") return user(guest);
  if (type === "network") return network(guest);
  return `instance-id: ${String(guest.config.vmgenid ?? guest.vmid).replaceAll("-", "")}\n`;
}

/** Makes the image anew, which also applies what waited for it. */
function regenerate(_cluster: Cluster, guest: Guest): null {
  for (const key of Object.keys(guest.pending)) {
    if (!KEYS.test(key) || isNetKey(key)) continue;
    guest.config[key] = guest.pending[key] ?? "";
    delete guest.pending[key];
  }
  return null;
}

/** Handlers of cloud-init. */
export const handlers: Handlers = {
  "GET /nodes/{node}/qemu/{vmid}/cloudinit": guestHandler(list),
  "PUT /nodes/{node}/qemu/{vmid}/cloudinit": guestHandler(regenerate),
  "GET /nodes/{node}/qemu/{vmid}/cloudinit/dump": guestHandler(dump),
};
