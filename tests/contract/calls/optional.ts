/**
 * The reference's optional parameters, by tool, where one means something else than elsewhere, does
 * not go alone, or cannot be had.
 *
 * @module
 */
import type { Args } from "./line.ts";

/** What is special about optional parameters of a tool; keys are `param` or `action.param`. */
export interface Special {
  readonly values?: Args;
  /** Arguments that the parameter does not go without, or in place of the line's. */
  readonly along?: Readonly<Record<string, Args>>;
  /** Words of the answer to what PVE does not have for this type, or for no token. */
  readonly refused?: Readonly<Record<string, string>>;
}

const DIRECTORY = { type: "cephfs", server: undefined, export: undefined };
const CIFS = { type: "cifs", share: "backup", export: undefined };
const ISCSI = {
  type: "iscsi",
  server: undefined,
  export: undefined,
  content: "images",
  portal: "192.0.2.1",
  target: "iqn.2003-01.org.example:disk",
};
const THIN = {
  type: "lvmthin",
  server: undefined,
  export: undefined,
  vgname: "pve",
  thinpool: "data",
};
const WITH_PORT = { dport: { proto: "tcp" }, sport: { proto: "tcp" } };
const ADDRESS = { address: "192.0.2.44", netmask: "255.255.255.0" };
const FIXED = "Proxmox VE fixes them when a storage is made";
const ROOTS_ALONE = "cannot be done with an API token";
const OTHER_TYPE = "unexpected property";

/** Names that are refused with the same words. */
function refused(words: string, ...names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, words]));
}

/** Names that need the same arguments. */
function along(args: Args, ...names: readonly string[]): Readonly<Record<string, Args>> {
  return Object.fromEntries(names.map((name) => [name, args]));
}

/** What is special, by tool. */
export const SPECIAL: Readonly<Record<string, Special>> = {
  proxmox_acl: { values: { delete: true } },
  proxmox_agent_exec: { values: { args: ["-a"] }, along: { args: { command: "uname" } } },
  proxmox_backup: { values: { storage: "nas" }, along: { "restore.storage": { storage: "tank" } } },
  proxmox_certificate: { values: { force: true } },
  proxmox_cluster_backup_job: {
    values: { storage: "local" },
    along: {
      "create.vmid": { all: undefined },
      "create.pool": { all: undefined },
      dow: { starttime: "02:00" },
    },
    refused: refused(ROOTS_ALONE, "dumpdir", "script", "tmpdir"),
  },
  proxmox_cluster_firewall: { values: { type: "alias" } },
  proxmox_cluster_firewall_group: {
    along: { "create.rename": { rename: "webserver" } },
  },
  proxmox_cluster_firewall_rule: { along: WITH_PORT },
  proxmox_cluster_replication_job: { values: { source: "pve1" } },
  proxmox_create_lxc: { values: { net0: "name=eth0,bridge=vmbr0,ip=dhcp" } },
  proxmox_domain: { values: { type: "ldap", domain: "example.com", delete: "port" } },
  proxmox_file_restore: { values: { path: "/" } },
  proxmox_guest_config_update: { values: { delete: "description" } },
  proxmox_guest_disk_move: { values: { delete: true } },
  proxmox_guest_firewall_rule: { along: WITH_PORT },
  proxmox_guest_list: { values: { type: "qemu" } },
  proxmox_guest_migrate: { refused: { "vm.force": ROOTS_ALONE } },
  proxmox_guest_network: {
    refused: {
      ...refused("not for VMs: they set addresses themselves", "vm.ip", "vm.gw"),
      "lxc.model": "not for containers",
    },
  },
  proxmox_ha_resource: {
    values: { type: "ct" },
    refused: { group: "proxmox_ha_rule" },
  },
  proxmox_node: { values: { type: "bridge" } },
  proxmox_node_disk: { values: { type: "unused" } },
  proxmox_node_config: { values: { delete: "dns2" } },
  proxmox_node_network_iface: {
    values: { type: "bridge" },
    along: along(ADDRESS, "address", "netmask", "method"),
    refused: { "create.gateway": "Default gateway already exists on interface 'vmbr0'" },
  },
  proxmox_notification: {
    values: { mode: "starttls", port: 587, server: "mail.example.com" },
    along: { "gotify.server": { server: "https://gotify.example.com" } },
    refused: {
      "smtp.token": "not for target_type=smtp",
      ...refused(
        "not for target_type=gotify",
        ...["port", "username", "password", "mode", "mailto", "mailto-user", "from", "author"].map((
          name,
        ) => `gotify.${name}`),
      ),
      ...refused(
        "not for target_type=sendmail",
        ...["server", "port", "username", "password", "mode", "token"].map((name) =>
          `sendmail.${name}`
        ),
      ),
    },
  },
  proxmox_sdn_controller: { values: { ip: "192.0.2.11", type: "evpn", delete: "loopback" } },
  proxmox_sdn_subnet: { values: { delete: "gateway" } },
  proxmox_sdn_vnet: {
    values: { type: "vnet", delete: "alias" },
    // They are names of one tag.
    along: along({ tag: undefined }, "create.vlan", "create.vxlan"),
  },
  proxmox_sdn_zone: { values: { type: "simple", delete: "ipam" } },
  proxmox_storage_config: {
    values: { delete: "prune-backups" },
    along: {
      ...along(CIFS, "create.share", "create.username", "create.password", "create.domain"),
      "create.smbversion": CIFS,
      ...along(DIRECTORY, "create.monhost", "create.fsname", "create.keyring"),
      ...along(ISCSI, "create.portal", "create.target"),
      ...along(THIN, "create.vgname", "create.thinpool"),
      "create.pool": { type: "zfspool", server: undefined, export: undefined },
      "create.path": { path: "/mnt/pve/nfs2" },
      "update.path": { path: "/mnt/pve/nas" },
      "update.export": { export: "/export/pve" },
      "update.server": { server: "192.0.2.50" },
    },
    refused: {
      ...refused(FIXED, "update.share", "update.portal", "update.target"),
      ...refused(FIXED, "update.vgname", "update.thinpool"),
      ...refused(OTHER_TYPE, "update.username", "update.password", "update.domain", "update.pool"),
      ...refused(OTHER_TYPE, "update.smbversion", "update.monhost", "update.fsname"),
      "update.keyring": OTHER_TYPE,
    },
  },
  proxmox_storage_content: {
    values: { type: "qemu", vmid: 100 },
    along: { "checksum-algorithm": { checksum: "a".repeat(64) } },
  },
  proxmox_user: {
    values: { enable: true },
    along: { append: { groups: "admins" } },
    refused: { "update.password": "pveum passwd" },
  },
};
