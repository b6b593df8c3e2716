/**
 * Calls that stand for all others, each with the request that makes it up.
 *
 * @module
 */
import type { FaultMatch } from "../../src/simulator/faults/faults.ts";

/** A call and the request that it is about. */
export interface TriedCall {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly request: Required<Pick<FaultMatch, "method">> & { readonly path: RegExp };
  /** Asks a node, or the guest on one. */
  readonly node?: "pve3";
  /** Starts a task of this type. */
  readonly task?: string;
}

const GUEST = { vmid: 107 };

/** By name. */
export const CALLS = {
  list: {
    tool: "proxmox_guest_list",
    args: {},
    request: { method: "GET", path: /\/cluster\/resources/ },
  },
  status: {
    tool: "proxmox_guest_status",
    args: GUEST,
    request: { method: "GET", path: /\/qemu\/107\/status\/current/ },
    node: "pve3",
  },
  config: {
    tool: "proxmox_guest_config",
    args: GUEST,
    request: { method: "GET", path: /\/qemu\/107\/config/ },
    node: "pve3",
  },
  start: {
    tool: "proxmox_guest_start",
    args: GUEST,
    request: { method: "POST", path: /\/qemu\/107\/status\/start/ },
    node: "pve3",
    task: "qmstart",
  },
  snapshot: {
    tool: "proxmox_guest_snapshot",
    args: { action: "create", ...GUEST, snapname: "before" },
    request: { method: "POST", path: /\/qemu\/107\/snapshot/ },
    node: "pve3",
    task: "qmsnapshot",
  },
  delete: {
    tool: "proxmox_guest_delete",
    args: GUEST,
    request: { method: "DELETE", path: /\/qemu\/107/ },
    node: "pve3",
    task: "qmdestroy",
  },
  node: {
    tool: "proxmox_node",
    args: { action: "status", node: "pve3" },
    request: { method: "GET", path: /\/nodes\/pve3\/status/ },
    node: "pve3",
  },
  storage: {
    tool: "proxmox_storage_content",
    args: { action: "list", storage: "local", node: "pve3" },
    request: { method: "GET", path: /\/storage\/local\/content/ },
    node: "pve3",
  },
  api: {
    tool: "proxmox_api_call",
    args: { operation: "GET /nodes/pve3/version" },
    request: { method: "GET", path: /\/nodes\/pve3\/version/ },
    node: "pve3",
  },
} as const satisfies Readonly<Record<string, TriedCall>>;
