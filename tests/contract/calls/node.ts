/**
 * Calls of the node's tools.
 *
 * @module
 */
import type { ToolAnswer } from "../../harness.ts";
import type { Args, Calls } from "./line.ts";

const NODE = { node: "pve1" };
const UPDATE = ["proxmox_apt", { action: "update", ...NODE, wait: 0 }] as const;
const BRIDGE = { ...NODE, iface: "vmbr9", type: "bridge", bridge_ports: "" };
const STAGED = [["proxmox_node_network_iface", { action: "create", ...BRIDGE }]] as const;

const WAKEABLE = [
  ["proxmox_api_call", {
    operation: "PUT /nodes/{node}/config",
    params: { node: "pve2", wakeonlan: "BC:24:11:00:00:02" },
  }],
] as const;

/** The task that the call before has started. */
function itsTask([started]: readonly ToolAnswer[]): Args {
  const { upid } = started?.structured.task as { readonly upid: string };
  return { ...NODE, upid };
}

/** Node Management. */
export const NODE_CALLS: Calls = {
  proxmox_apt: {
    update: [NODE],
    list: [NODE],
    upgrade: [NODE, { refused: "Proxmox VE's API has no upgrade" }],
    versions: [{ ...NODE, package: "qemu-server" }],
  },
  proxmox_node: {
    list: [{}],
    status: [NODE],
    network: [{ ...NODE, type: "bridge" }],
    dns: [NODE],
    iface: [{ ...NODE, iface: "vmbr0" }],
  },
  proxmox_node_bulk: {
    start_all: [{ ...NODE, vms: "103", force: true }],
    stop_all: [{ node: "pve3", timeout: 60 }],
    migrate_all: [{ node: "pve3", target: "pve2", maxworkers: 2, "with-local-disks": true }],
  },
  proxmox_node_config: {
    get_time: [NODE],
    set_time: [{ ...NODE, timezone: "Europe/Vienna" }, {
      reference: ["timezone"],
    }],
    set_dns: [{ ...NODE, dns2: "9.9.9.9" }, { reference: { search: "example.com" } }],
    get_hosts: [NODE],
    set_hosts: [{ ...NODE, ip: "192.0.2.99", name: "nas", comment: "cellar" }],
  },
  proxmox_node_disk: {
    list: [{ ...NODE, type: "unused" }],
    smart: [{ ...NODE, disk: "/dev/sda" }],
    lvm: [NODE],
    zfs: [NODE],
    lvmthin: [NODE],
    directory: [NODE],
  },
  proxmox_node_disk_admin: {
    init_gpt: [{ ...NODE, disk: "/dev/sde" }],
    wipe: [{ ...NODE, disk: "/dev/sde" }, { closed: "root only" }],
  },
  proxmox_node_info: {
    aplinfo: [NODE],
    netstat: [NODE],
    rrddata: [{ ...NODE, timeframe: "day", cf: "MAX" }],
    storage_rrddata: [{ ...NODE, storage: "local", timeframe: "week" }],
    report: [NODE],
  },
  proxmox_node_log: {
    syslog: [{ ...NODE, limit: 20 }],
    journal: [{ ...NODE, since: "1h", limit: 20 }],
  },
  proxmox_node_network_iface: {
    create: [BRIDGE],
    update: [{ ...NODE, iface: "vmbr0", comments: "uplink" }],
    delete: [{ ...NODE, iface: "vmbr9" }, { after: STAGED }],
    apply: {
      apply: [NODE, { after: STAGED }],
      revert: [{ ...NODE, revert: true }, { after: STAGED }],
    },
  },
  proxmox_node_power: {
    shutdown: [{ node: "pve3" }],
    reboot: [{ node: "pve3" }],
    wakeonlan: [{ node: "pve2" }, { after: WAKEABLE }],
  },
  proxmox_node_replication: {
    status: [{ ...NODE, id: "103-0" }],
    log: [{ ...NODE, id: "103-0" }],
    schedule: [{ ...NODE, id: "103-0" }],
  },
  proxmox_node_service: {
    list: [NODE],
    control: {
      start: [{ ...NODE, service: "cron", command: "start" }],
      stop: [{ ...NODE, service: "cron", command: "stop" }],
      restart: [{ ...NODE, service: "cron", command: "restart" }],
      reload: [{ ...NODE, service: "pveproxy", command: "reload" }],
    },
  },
  proxmox_node_subscription: {
    get: [NODE],
    set: [{ ...NODE, key: "pve2c-0123456789" }],
    delete: [NODE],
  },
  proxmox_node_task: {
    list: [{ ...NODE, limit: 5 }],
    get: [itsTask, { after: [UPDATE] }],
    wait: [itsTask, { after: [UPDATE] }],
    log: [itsTask, { after: [UPDATE] }],
    stop: [itsTask, { after: [UPDATE] }],
  },
};
