/**
 * The one table of names and values that callers bring along from elsewhere and that Proxmox VE 9
 * does not have: by tool and actions, and words that mean the same everywhere.
 * `compatibility.ts` reads it, docs/migrating.md prints it.
 *
 * @module
 */
import type { Operation, ParamName } from "../pve/api.ts";

/** What becomes of a name, or of a value of a name. */
export type Meaning =
  /** PVE's name of it. Tools list the parameter by the first of its names that is not `unlisted`. */
  | { readonly as: ParamName<Operation>; readonly unlisted?: true }
  /** It is accepted, not sent, and answered with this note. */
  | { readonly unused: string }
  /** The call is refused, and told what to do instead. */
  | { readonly refused: string };

/** By name, or by `name=value`. */
export type Meanings = Readonly<Record<string, Meaning>>;

const RULE_ACTION: Meanings = { rule_action: { as: "action" } };
const NO_ZONE_SETTINGS: Meanings = {
  mtu: { unused: "the MTU is set on the zone" },
  ipam: { unused: "IPAM is set on the zone" },
};
const NO_IFACE_DIGEST: Meanings = {
  digest: { unused: "Proxmox VE has no digest for network settings: nothing was compared" },
};
const OWN_POOLS: Meaning = {
  unused: "Proxmox VE makes the pools NAME_data and NAME_metadata itself",
};
const GROWN_ELSEWHERE: Meaning = { unused: "disks are grown by proxmox_guest_disk_resize" };

/** By tool and by actions, with spaces between them. */
export const MEANINGS: Readonly<Record<string, Readonly<Record<string, Meanings>>>> = {
  proxmox_acl: { update: { digest: { unused: "Proxmox VE takes no digest for the ACL" } } },
  proxmox_agent_exec: {
    exec: { "capture-output": { unused: "PVE always captures the output" } },
  },
  proxmox_ceph_fs: {
    create: { pool: OWN_POOLS, data_pool: OWN_POOLS, metadata_pool: OWN_POOLS },
  },
  proxmox_ceph_osd: {
    create: { osdid: { unused: "Ceph chooses the number" } },
    "in out scrub delete": { id: { as: "osdid" } },
  },
  proxmox_cloudinit: { dump: { dump_type: { as: "type" } } },
  proxmox_cluster_backup_job: {
    update: {
      digest: { unused: "Proxmox VE has no digest for backup jobs: nothing was compared" },
    },
  },
  proxmox_cluster_firewall_rule: { "create update": RULE_ACTION },
  proxmox_create_lxc: { default: { sshkeys: { as: "ssh-public-keys" } } },
  proxmox_domain: {
    "create update": { bind_password: { as: "password" } },
    update: { type: { unused: "a realm keeps its type" } },
  },
  proxmox_file_restore: { "list download": { path: { as: "filepath" } } },
  proxmox_group: { update: { digest: { unused: "Proxmox VE takes no digest for groups" } } },
  // `action` chooses what the tool does and `type` the guest, so a rule's own have other names.
  proxmox_guest_firewall_rule: {
    "create update": { ...RULE_ACTION, rule_type: { as: "type" } },
  },
  proxmox_guest_migrate: {
    default: {
      "with-local-storage": { unused: "PVE has no such thing; with-local-disks copies disks" },
    },
  },
  proxmox_guest_resize: { default: { disk: GROWN_ELSEWHERE, size: GROWN_ELSEWHERE } },
  proxmox_node_config: {
    set_time: {
      time: {
        unused: "Proxmox VE sets the time zone only; the node's clock follows its time server",
      },
    },
  },
  proxmox_node_network_iface: {
    "create update": {
      comment: { as: "comments" },
      bond_slaves: { as: "slaves" },
      bridge_stp: { unused: "Proxmox VE always writes off" },
      bridge_fd: { unused: "Proxmox VE always writes 0" },
      bond_miimon: { unused: "Proxmox VE always writes 100" },
    },
    "update delete": NO_IFACE_DIGEST,
  },
  proxmox_node_task: { list: { offset: { as: "start" } } },
  proxmox_notification: { "create update": { from: { as: "from-address" } } },
  proxmox_pool: { update: { digest: { unused: "Proxmox VE takes no digest for pools" } } },
  proxmox_role: {
    "create update": { comment: { unused: "Proxmox VE keeps no comment on roles" } },
    update: {
      delete: { unused: 'a role has only privileges; privs="" takes them all away' },
      digest: { unused: "Proxmox VE takes no digest for roles" },
    },
  },
  proxmox_sdn_controller: {
    "create update": {
      ip: { as: "peers", unlisted: true },
      port: { unused: "controllers of Proxmox VE have no port" },
      token: { unused: "controllers of Proxmox VE have no token; IPAM and DNS plugins do" },
      secret: { unused: "controllers of Proxmox VE have no secret" },
      zone: { unused: "a zone names its controller, not the other way round" },
      comment: { unused: "Proxmox VE keeps no comment on controllers" },
    },
    update: { type: { unused: "a controller keeps its type" } },
  },
  proxmox_sdn_subnet: {
    "create update": {
      ...NO_ZONE_SETTINGS,
      dns: { as: "dhcp-dns-server" },
      dhcp: { unused: "dhcp-range on the subnet and dhcp=dnsmasq on its zone switch DHCP on" },
      comment: { unused: "Proxmox VE keeps no comment on subnets" },
    },
    update: { cidr: { unused: "a subnet keeps its CIDR" } },
  },
  proxmox_sdn_vnet: {
    "create update": {
      ...NO_ZONE_SETTINGS,
      comment: { as: "alias" },
      vlan: { as: "tag" },
      vxlan: { as: "tag", unlisted: true },
      mac: { unused: "a VNet has no MAC address of its own; a zone has one (mac)" },
    },
    update: { type: { unused: "VNets have one type" } },
  },
  proxmox_sdn_zone: {
    "create update": {
      vxlan: { as: "vrf-vxlan" },
      comment: { unused: "Proxmox VE keeps no comment on zones" },
    },
    update: { type: { unused: "a zone keeps its type" } },
  },
  proxmox_storage_content: {
    "upload download_url": {
      "content=backup": {
        refused: "Proxmox VE takes no backups this way; copy it into the storage's dump folder",
      },
    },
  },
  proxmox_user: { update: { digest: { unused: "Proxmox VE takes no digest for users" } } },
};

type Words<Meant> = Readonly<Record<string, Meant>>;

/** Types of guests, as callers give them. */
export const GUEST_TYPES: Words<"qemu" | "lxc"> = {
  vm: "qemu",
  qemu: "qemu",
  lxc: "lxc",
  ct: "lxc",
  container: "lxc",
};

/** Values of fields, as filters name them beside the names that arguments have. */
export const FIELD_VALUES: Words<Words<string>> = { type: GUEST_TYPES, subtype: GUEST_TYPES };

/** Fields of lists, as filters name them. */
export const FIELDS: Words<string> = { tag: "tags", group: "groups", vm: "vmid", state: "status" };

/** Parameters, without hyphens and underscores, and what is suggested in their place. */
export const PARAMETERS: Words<readonly string[]> = {
  container: ["vmid"],
  containerid: ["vmid"],
  cpu: ["cores"],
  cpus: ["cores"],
  ct: ["vmid"],
  ctid: ["vmid"],
  destination: ["target"],
  disk: ["disk_size", "rootfs"],
  disksize: ["size", "rootfs"],
  file: ["filename"],
  filename: ["file"],
  filepath: ["file", "filename"],
  group: ["groupid"],
  guest: ["vmid"],
  guestid: ["vmid"],
  host: ["node"],
  hostname: ["node", "name"],
  id: ["vmid", "userid", "name"],
  image: ["ostemplate"],
  lines: ["lastentries", "limit"],
  name: ["snapname", "hostname", "vmid"],
  newname: ["name", "hostname"],
  nodename: ["node"],
  path: ["file"],
  pool: ["poolid"],
  ram: ["memory"],
  role: ["roleid", "roles"],
  snap: ["snapname"],
  snapshot: ["snapname"],
  snapshotname: ["snapname"],
  targetnode: ["target"],
  task: ["upid"],
  taskid: ["upid"],
  template: ["ostemplate"],
  token: ["tokenid"],
  user: ["userid"],
  username: ["userid"],
  vm: ["vmid"],
  vmname: ["vmid", "name"],
};

/** Parts of names of tools, and what they are in the tools that are suggested. */
export const TOOL_WORDS: Words<string> = {
  container: "guest",
  containers: "guest",
  ct: "guest",
  guests: "guest",
  nodes: "node",
  users: "user",
  vm: "guest",
  vms: "guest",
};
