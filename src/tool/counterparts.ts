/**
 * Tools of one type of guest, and what does the like with the other.
 *
 * @module
 */
import { lookup } from "../base/lookup.ts";

const COUNTERPARTS: Readonly<Record<string, string>> = {
  proxmox_agent_exec: "proxmox_lxc_exec",
  proxmox_agent_file: "proxmox_lxc_exec",
  proxmox_agent_hw: "proxmox_lxc_exec",
  proxmox_agent_info: "proxmox_lxc_exec",
  proxmox_agent_power: "proxmox_guest_shutdown",
  proxmox_agent_user: "proxmox_lxc_exec",
  proxmox_cloudinit: "proxmox_guest_config_update",
  proxmox_lxc_exec: "proxmox_agent_exec",
  proxmox_lxc_mountpoint: "proxmox_vm_disk",
  proxmox_vm_disk: "proxmox_lxc_mountpoint",
};

/** The tool that does with a guest of the other type what comes nearest; undefined where none does. */
export function counterpartOf(tool: string): string | undefined {
  return lookup(COUNTERPARTS, tool);
}
