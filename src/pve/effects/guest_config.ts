/**
 * What a change of a guest's configuration takes away.
 *
 * @module
 */
import type { Args } from "../encode.ts";
import type { Effect } from "./effect.ts";
import { type CurrentConfig, readConfig } from "./guest_changes.ts";
import { cardsLost, devicesLost } from "./guest_devices.ts";
import { drivesLost, volumesTaken } from "./guest_drives.ts";
import type { GuestType } from "./guest_operations.ts";
import { pendingLost, renamed, settingsLost } from "./guest_settings.ts";

/** A loss that the guest's own configuration tells, from words. */
function own<const Name extends string>(
  type: GuestType,
  takes: string,
  by: readonly Name[],
  lost: (args: Args, config: CurrentConfig) => readonly string[],
): Effect<Name> {
  return {
    takes,
    by,
    judge: async (args, state) => {
      // What loses nothing even where nothing can be read needs no reading.
      if (lost(args, undefined).length === 0) return [];
      const losses = lost(args, await readConfig(type, args, state));
      return losses.map((what) => ({ what, guests: [Number(args.vmid)] }));
    },
  };
}

/** Effects of deleting drives by their keys alone. */
export function drivesEffect<const Name extends string>(
  type: GuestType,
  by: readonly Name[],
): Effect<Name> {
  const takes =
    "disks and CD drives that are taken out or replaced; of unusedN or with force, their data";
  return own(type, takes, by, (args, config) => drivesLost(type, args, config));
}

/** Effects of naming volumes in drives: those of other guests are written to by two. */
export function takingEffect<const Name extends string>(
  type: GuestType,
  by: readonly Name[],
): Effect<Name> {
  return {
    takes: "a volume that is another guest's: two would write to it",
    by,
    judge: (args, state) => volumesTaken(type, args, state),
  };
}

/** Keys that decide for both types. */
type ConfigName = "net[n]" | "tags" | "protection" | "template" | "lock" | "revert";

/** Effects of setting and deleting keys of a configuration; the names are those that a type has. */
export function configEffects<const Name extends string>(
  type: GuestType,
  names: {
    readonly drives: readonly Name[];
    readonly devices: readonly Name[];
    readonly name: Name;
    readonly deletes: readonly Name[];
  },
): readonly Effect<Name | ConfigName>[] {
  return [
    drivesEffect(type, [...names.drives, ...names.deletes]),
    own(
      type,
      "connections over a card that is taken out or written anew: MAC, bridge, VLAN, firewall, link",
      ["net[n]", ...names.deletes],
      (args, config) => cardsLost(type, args, config),
    ),
    own(type, "devices of the node that the guest has", [...names.devices, ...names.deletes], (
      args,
      config,
    ) => devicesLost(type, args, config)),
    own(
      type,
      "its protection, its lock, or its being a guest that runs",
      ["protection", "template", "lock", ...names.deletes],
      settingsLost,
    ),
    own(type, "changes that wait for the next start", ["revert"], pendingLost),
    takingEffect(type, names.drives),
    {
      takes: "the protection that tags or a name give",
      by: ["tags", names.name, ...names.deletes],
      judge: (args) => renamed(type, args),
    },
  ];
}
