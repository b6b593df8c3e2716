/**
 * What is the same for a new VM and a new container.
 *
 * @module
 */
import type { Args } from "../../pve/encode.ts";
import { ToolError } from "../../tool/answer.ts";
import { nodeOf, type ReadContext } from "../../tool/context.ts";
import type { CallResult, ExtraParam, Outcome } from "../../tool/define.ts";
import { BRIDGES } from "../_bridges.ts";
import { newGuestOutcome } from "../guest/_new_guest.ts";
import { START_READS } from "../guest/_started.ts";

/** Any configuration key, as an object. */
export const CONFIG: ExtraParam = {
  type: "object",
  spread: true,
  properties: { onboot: { type: "boolean" } },
  unlisted: true,
};

/** What creating reads besides, before and after. */
export const CREATION_READS = [
  "GET /cluster/nextid",
  "GET /nodes/{node}/storage",
  ...START_READS,
  "GET /nodes/{node}/{type}/{vmid}/config",
  "GET /nodes/{node}/{type}/{vmid}/pending",
  BRIDGES,
] as const;

/** The keys of a VM's drives. */
export const DISK = /^(ide|sata|scsi|virtio)\d+$/;

/** Disks of a VM that the caller names, drives for CDs left out. */
export function ownDisks(args: Args): string[] {
  return Object.entries(args).filter(([key, value]) =>
    DISK.test(key) && !/media=cdrom|cloudinit/.test(String(value))
  ).map(([key]) => key);
}

/** The caller's number, or the next free one. */
export async function vmidOf(args: Args, context: ReadContext): Promise<number> {
  if (args.vmid !== undefined) return Number(args.vmid);
  return await context.nextVmid();
}

/** Restoring may overwrite a guest: it is another tool's work, which asks first. */
export function refuseRestore(args: Args, name: string): void {
  if (!args[name]) return;
  throw new ToolError(`Cannot use "${name}" to create a guest`, {
    reason: "It restores a backup: proxmox_backup action=restore does that",
    notes: ["Nothing was done"],
  });
}

/** The new guest's state, and what is left to do. */
export function createdOutcome(
  type: "qemu" | "lxc",
): (context: ReadContext, args: Args, end: CallResult) => Promise<Outcome> {
  return async (context, args, end) => {
    if (end.state !== "done") return {};
    return await newGuestOutcome(
      context,
      { vmid: Number(args.vmid), type, node: nodeOf(context) },
      { starts: Boolean(args.start), pool: args.pool },
    );
  };
}
