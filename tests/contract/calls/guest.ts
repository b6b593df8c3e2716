/**
 * Calls of tools for VMs and containers.
 *
 * @module
 */
import type { Args, Calls, Case } from "./line.ts";

/** Running; 204 and 107 are not. */
const RUNNING = { vm: [{ vmid: 100 }], lxc: [{ vmid: 200 }] } as const;
const STOPPED = { vm: [{ vmid: 107 }], lxc: [{ vmid: 204 }] } as const;
const RULE = { pos: 0, rule_action: "ACCEPT", rule_type: "in", enable: 1, macro: "SSH" };
const CARD = { net: "net1", bridge: "vmbr1" };

/** A case after the guest got a rule of its firewall. */
function ruled(vmid: number, args: Args = {}): Case {
  return [{ vmid, pos: 0, ...args }, {
    after: [["proxmox_guest_firewall_rule", { action: "create", vmid, ...RULE }]],
  }];
}

/** A case after the guest got a second network card. */
function carded(vmid: number, args: Args = {}): Case {
  return [{ vmid, net: "net1", ...args }, {
    after: [["proxmox_guest_network", { action: "add", vmid, ...CARD }]],
    reference: Object.keys(args),
  }];
}

export const GUEST_CALLS: Calls = {
  proxmox_guest_clone: {
    default: {
      vm: [{ vmid: 900, newid: 333, name: "app01" }],
      lxc: [{ vmid: 204, newid: 333, name: "proxy02", full: true }],
    },
  },
  proxmox_guest_config: { default: RUNNING },
  proxmox_guest_config_update: {
    default: {
      vm: [{ vmid: 107, config: { onboot: true, tags: "lab;windows" } }, { reference: ["config"] }],
      lxc: [{ vmid: 200, config: { memory: 1024 }, delete: "description" }, {
        reference: ["config"],
      }],
    },
  },
  proxmox_guest_delete: {
    default: { vm: [{ vmid: 107, purge: true }], lxc: [{ vmid: 204, purge: true }] },
  },
  proxmox_guest_disk_move: {
    default: {
      vm: [{ vmid: 101, disk: "scsi0", storage: "tank" }],
      lxc: [{ vmid: 204, disk: "rootfs", storage: "tank" }],
    },
  },
  proxmox_guest_disk_resize: {
    default: {
      vm: [{ vmid: 101, disk: "scsi0", size: "+5G" }],
      lxc: [{ vmid: 200, disk: "rootfs", size: "+2G" }],
    },
  },
  proxmox_guest_feature: {
    default: {
      vm: [{ vmid: 102, feature: "snapshot" }],
      lxc: [{ vmid: 202, feature: "snapshot" }],
    },
  },
  proxmox_guest_firewall_rule: {
    list: RUNNING,
    get: { vm: ruled(100), lxc: ruled(200) },
    create: { vm: [{ vmid: 100, ...RULE }], lxc: [{ vmid: 200, ...RULE }] },
    update: {
      vm: ruled(100, { comment: "remote access" }),
      lxc: ruled(200, { comment: "remote access" }),
    },
    delete: { vm: ruled(100), lxc: ruled(200) },
  },
  proxmox_guest_list: {
    default: { all: [{}], qemu: [{ type: "qemu" }], lxc: [{ type: "lxc", node: "pve1" }] },
  },
  proxmox_guest_migrate: {
    default: {
      vm: [{ vmid: 102, target: "pve3", online: true }],
      lxc: [{ vmid: 204, target: "pve3" }],
    },
  },
  proxmox_guest_network: {
    add: { vm: [{ vmid: 107, ...CARD, vlan: 7 }], lxc: [{ vmid: 204, ...CARD, ip: "dhcp" }] },
    update: {
      vm: carded(107, { firewall: true }),
      lxc: carded(204, { firewall: true }),
    },
    remove: { vm: carded(107), lxc: carded(204) },
  },
  proxmox_guest_pause: { default: [{ vmid: 100 }] },
  proxmox_guest_pending: { default: { vm: [{ vmid: 104 }], lxc: [{ vmid: 200 }] } },
  proxmox_guest_reboot: { default: RUNNING },
  proxmox_guest_resize: {
    default: {
      vm: [{ vmid: 107, memory: "4G", cores: 2 }, { reference: { memory: 4096 } }],
      lxc: [{ vmid: 200, memory: "1G" }, { reference: { memory: 1024 } }],
    },
  },
  proxmox_guest_resume: { default: [{ vmid: 105 }] },
  proxmox_guest_rrddata: {
    default: { vm: [{ vmid: 100, timeframe: "day" }], lxc: [{ vmid: 200 }] },
  },
  proxmox_guest_shutdown: { default: RUNNING },
  proxmox_guest_snapshot: {
    list: { vm: [{ vmid: 102 }], lxc: [{ vmid: 202 }] },
    create: {
      vm: [{ vmid: 102, snapname: "before-fix", description: "In case", vmstate: true }],
      lxc: [{ vmid: 202, snapname: "before-fix" }],
    },
    rollback: {
      vm: [{ vmid: 107, snapname: "clean" }],
      lxc: [{ vmid: 202, snapname: "monday", start: true }],
    },
    delete: {
      vm: [{ vmid: 102, snapname: "before-upgrade" }],
      lxc: [{ vmid: 202, snapname: "monday" }],
    },
  },
  proxmox_guest_start: { default: STOPPED },
  proxmox_guest_status: { default: RUNNING },
  proxmox_guest_stop: { default: RUNNING },
  proxmox_guest_template: {
    default: {
      vm: [{ vmid: 333 }, { after: [["proxmox_create_vm", { node: "pve1", vmid: 333 }]] }],
      lxc: [{ vmid: 204 }],
    },
  },
};

const TEMPLATE = "local:vztmpl/debian-12-standard_12.12-1_amd64.tar.zst";

/** Guest Creation. */
export const CREATE_CALLS: Calls = {
  proxmox_create_lxc: {
    default: [{
      node: "pve2",
      vmid: 333,
      ostemplate: TEMPLATE,
      hostname: "ct1",
      password: "geheim123",
      net0: "name=eth0,bridge=vmbr0,ip=dhcp",
      start: true,
    }],
  },
  proxmox_create_vm: {
    default: [{
      node: "pve1",
      vmid: 333,
      name: "app01",
      memory: "2G",
      disk_size: "20G",
      iso: "local:iso/debian-13.2.0-amd64-netinst.iso",
      start: true,
    }],
  },
};
