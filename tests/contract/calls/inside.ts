/**
 * Calls of tools for what is in a guest: disks, agent, commands, consoles.
 *
 * @module
 */
import type { ToolAnswer } from "../../harness.ts";
import type { Args, Calls } from "./line.ts";

const VM = { vmid: 100 };
const CONTAINER = { vmid: 200 };
const MOUNT = { vmid: 204, mp: "mp0" };
const VOLUME = { ...MOUNT, storage: "local-lvm", size: "8G", path: "/data" };
const SLEEP = { operation: "exec", ...VM, command: "sleep 20", timeout: 1 };
const ACCOUNT = { ...VM, username: "joe", password: "geheim123" };

const WITH_SPICE = [
  ["proxmox_guest_config_update", { vmid: 107, config: { vga: "qxl" } }],
  ["proxmox_guest_start", { vmid: 107 }],
] as const;

/** The process that the call before has started. */
function itsProcess([started]: readonly ToolAnswer[]): Args {
  const { pid } = started?.structured.data as { readonly pid: number };
  return { ...VM, pid };
}

/** VM Disks, LXC Mount Points, Cloud-Init. */
export const DISK_CALLS: Calls = {
  proxmox_vm_disk: {
    add: [{ vmid: 101, disk: "scsi1", storage: "ceph-vm", size: "32G", ssd: true }],
    remove: [{ vmid: 102, disk: "scsi1" }],
  },
  proxmox_lxc_mountpoint: {
    add: [VOLUME, { reference: ["path"] }],
    remove: [MOUNT, { after: [["proxmox_lxc_mountpoint", { action: "add", ...VOLUME }]] }],
  },
  proxmox_cloudinit: {
    get: [{ vmid: 900 }],
    dump: [{ vmid: 900, dump_type: "user" }],
    regenerate: [{ vmid: 900 }],
  },
};

/** QEMU Agent. */
export const AGENT_CALLS: Calls = {
  proxmox_agent_exec: {
    exec: [{ ...VM, command: "uname -a" }],
    status: [itsProcess, { after: [["proxmox_agent_exec", SLEEP]] }],
  },
  proxmox_agent_file: {
    read: [{ ...VM, file: "/etc/hostname" }],
    write: [{ ...VM, file: "/tmp/note", content: "hello" }],
  },
  proxmox_agent_freeze: {
    status: [VM],
    freeze: [VM],
    thaw: [VM, { after: [["proxmox_agent_freeze", { operation: "freeze", ...VM }]] }],
    fstrim: [VM],
  },
  proxmox_agent_hw: {
    memory_blocks: [VM],
    vcpus: [VM],
    memory_block_info: [VM],
    hostname: [VM],
    users: [VM],
  },
  proxmox_agent_info: {
    ping: [VM],
    osinfo: [VM],
    fsinfo: [VM],
    network_interfaces: [VM],
    time: [VM],
    timezone: [VM],
    info: [VM],
  },
  proxmox_agent_power: {
    shutdown: [VM],
    suspend_disk: [VM],
    suspend_ram: [VM],
    suspend_hybrid: [VM],
  },
  proxmox_agent_user: { set_password: [ACCOUNT] },
};

/** LXC Exec and Console Access. */
export const CONSOLE_CALLS: Calls = {
  proxmox_lxc_exec: {
    default: [{ ...CONTAINER, command: "echo \"a  b\" | tr a 'c'" }, {
      over: "SSH",
      says: ["c  b"],
    }],
  },
  proxmox_console_spice: {
    default: { vm: [{ vmid: 107 }, { after: WITH_SPICE }], lxc: [CONTAINER] },
  },
  proxmox_console_term: { default: { vm: [VM], lxc: [CONTAINER] } },
  proxmox_console_vnc: { default: { vm: [VM], lxc: [CONTAINER] } },
};
