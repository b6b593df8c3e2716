/**
 * What PVE calls guests and their tasks.
 *
 * @module
 */
import type { Guest, GuestType } from "../core/model.ts";

/** `VM` or `CT`, as PVE's messages call them. */
export function kindOf(type: GuestType): string {
  return type === "qemu" ? "VM" : "CT";
}

/** `vm` or `ct`, as HA and backup servers call them. */
export function shortType(type: GuestType): string {
  return type === "qemu" ? "vm" : "ct";
}

/** Name of a guest under HA: `vm:100`. */
export function sidOf(guest: Guest): string {
  return `${shortType(guest.type)}:${guest.vmid}`;
}

/** The first half of a worker type: `qmstart`, `vzstart`. */
export function workerType(type: GuestType, work: string): string {
  return (type === "qemu" ? "qm" : "vz") + work;
}
