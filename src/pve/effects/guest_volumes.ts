/**
 * Restores over a guest that is there, and disks that go to another guest.
 *
 * @module
 */
import type { Args } from "../encode.ts";
import { PveError } from "../errors.ts";
import { driveOf, driveText } from "./drives.ts";
import { type CurrentState, type Effect, isOn, type Loss } from "./effect.ts";
import { type GuestType, readOf } from "./guest_operations.ts";
import { readRow } from "./read.ts";

/** True when a number is free; one whose guest the token may not see is not. */
async function isFree(vmid: number, state: CurrentState): Promise<boolean> {
  try {
    await state.get("GET /cluster/nextid", { vmid });
    return true;
  } catch (error) {
    if (error instanceof PveError) return false;
    throw error;
  }
}

async function overwritten(args: Args, state: CurrentState): Promise<Loss[]> {
  if (!isOn(args.force)) return [];
  const vmid = Number(args.vmid);
  const known = (await state.guests()).some((guest) => guest.vmid === vmid);
  if (!known && await isFree(vmid, state)) return [];
  const hidden = known ? "" : ", which the token may not see";
  return [{
    what: `the guest that has the number ${vmid}${hidden}, with all data of its disks`,
    guests: [vmid],
  }];
}

/** A new guest with `force` takes the place of the one that has the number. */
export const overwrites: Effect<"force"> = {
  takes: "all data of the guest that has the number",
  by: ["force"],
  judge: overwritten,
};

/** A disk with another guest as its target leaves this one; with a storage it is only copied. */
export function givesDisk(type: GuestType, parameter: "disk" | "volume"): Effect<"target-vmid"> {
  return {
    takes: "the disk, which goes to another guest",
    by: ["target-vmid"],
    judge: async (args, state) => {
      const { node, vmid, "target-vmid": target } = args;
      if (target === undefined || Number(target) === Number(vmid)) return [];
      const key = String(args[parameter]);
      const operation = readOf("GET /nodes/{node}/{type}/{vmid}/config", type);
      const config = await readRow(state, operation, { node, vmid });
      const disk = config?.[key] === undefined
        ? `${key}, which could not be read`
        : driveText(driveOf(type, key, String(config[key])));
      return [{ what: `${disk}: goes to guest ${target}`, guests: [Number(vmid)] }];
    },
  };
}
