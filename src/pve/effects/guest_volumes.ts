/**
 * Restores over a guest that is there, and disks that go to another guest.
 *
 * @module
 */
import type { Args } from "../encode.ts";
import { PveError } from "../errors.ts";
import type { Guest } from "../guests.ts";
import { driveOf, drivesOf, driveText } from "./drives.ts";
import { type CurrentState, type Effect, isOn, type Loss } from "./effect.ts";
import { type GuestType, readOf } from "./guest_operations.ts";
import { listText } from "./lists.ts";
import { readRow } from "./read.ts";
import { valueText } from "./words.ts";

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

/** The disks of a guest, CD drives left out, with their sizes; undefined when they cannot be read. */
export async function diskText(
  { type, node, vmid }: Pick<Guest, "type" | "node" | "vmid">,
  state: CurrentState,
): Promise<string | undefined> {
  const operation = readOf("GET /nodes/{node}/{type}/{vmid}/config", type);
  const config = await readRow(state, operation, { node, vmid });
  if (config === undefined) return undefined;
  const disks = drivesOf(type, config).filter(({ properties }) => properties.media !== "cdrom");
  return listText(disks.map(driveText));
}

async function overwritten(args: Args, state: CurrentState): Promise<Loss[]> {
  if (!isOn(args.force)) return [];
  const vmid = Number(args.vmid);
  const guest = (await state.guests()).find((each) => each.vmid === vmid);
  if (!guest && await isFree(vmid, state)) return [];
  const hidden = guest ? "" : ", which the token may not see";
  const disks = guest && await diskText(guest, state);
  const which = disks ? `: ${disks}` : "";
  return [{
    what: `the guest that has the number ${vmid}${hidden}, with all data of its disks${which}`,
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
        : driveText(driveOf(type, key, valueText(config[key]) ?? ""));
      return [{ what: `${disk}: goes to guest ${target}`, guests: [Number(vmid)] }];
    },
  };
}
