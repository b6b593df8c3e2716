/**
 * What PVE calls guests and their tasks.
 *
 * @module
 */
import type { GuestType } from "../core/model.ts";

/** `VM` or `CT`, as PVE's messages call them. */
export function kindOf(type: GuestType): string {
  return type === "qemu" ? "VM" : "CT";
}

/** The first half of a worker type: `qmstart`, `vzstart`. */
export function workerType(type: GuestType, work: string): string {
  return (type === "qemu" ? "qm" : "vz") + work;
}
