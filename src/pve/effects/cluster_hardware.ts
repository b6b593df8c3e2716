/**
 * Effects on devices and CPUs that guests name: resource mappings and custom CPU models.
 *
 * @module
 */
import { deletion } from "./deletion.ts";
import type { ChangeOperation, Effect, EffectTable, ReadOperation } from "./effect.ts";
import { guestsOnCpu, guestsOnMapping } from "./guests_of.ts";
import { missing } from "./lists.ts";
import { readNamed } from "./read.ts";
import { altered, clearableSettings, turnedOff } from "./settings.ts";
import { goneText, UNREAD } from "./words.ts";

const NEW_MAPPING = { nothing: "a new mapping; PVE refuses the name of another" } as const;

/** Entries of a mapping, with their properties in one order. */
function entriesOf(map: unknown): string[] {
  const entries = Array.isArray(map) ? map : map === undefined ? [] : [map];
  return entries.map((entry) => String(entry).split(",").sort().join(","));
}

/** Devices that a mapping no longer names. */
function unmapped(now: ReadOperation): Effect<"map"> {
  return {
    takes: "devices that the mapping no longer names: guests with it do not start there",
    by: ["map"],
    judge: async (args, state) => {
      if (args.map === undefined) return [];
      const mapping = await readNamed(state, now, args);
      const had = mapping && entriesOf(mapping.map);
      const gone = had && missing(had, entriesOf(args.map));
      if (gone?.length === 0) return [];
      const what = gone && had
        ? goneText(gone, had.length, "devices")
        : `devices that are not named, ${UNREAD}`;
      return [{
        what: `mapping ${args.id}: ${what}; guests with it do not start there`,
        guests: await guestsOnMapping(args, state),
      }];
    },
  };
}

function deleted(now: ReadOperation): readonly Effect<never>[] {
  return [deletion({
    what: "mapping {id}",
    loses: "guests with it do not start",
    now,
    shows: ["description"],
    guests: guestsOnMapping,
  })];
}

const DIR = "GET /cluster/mapping/dir/{id}";
const PCI = "GET /cluster/mapping/pci/{id}";
const USB = "GET /cluster/mapping/usb/{id}";
const CPU = "GET /cluster/qemu/custom-cpu-models/{cputype}";
const CHANGED_CPU = altered("the CPU as guests see it");

/** Effects on mappings and CPU models. */
export const clusterHardwareEffects = {
  "POST /cluster/mapping/dir": NEW_MAPPING,
  "PUT /cluster/mapping/dir/{id}": [
    unmapped(DIR),
    clearableSettings({ of: "mapping {id}", now: DIR, guests: guestsOnMapping, rules: {} }),
  ],
  "DELETE /cluster/mapping/dir/{id}": deleted(DIR),
  "POST /cluster/mapping/pci": NEW_MAPPING,
  "PUT /cluster/mapping/pci/{id}": [
    unmapped(PCI),
    clearableSettings({
      of: "mapping {id}",
      now: PCI,
      guests: guestsOnMapping,
      rules: {
        mdev: turnedOff("mediated devices"),
        "live-migration-capable": turnedOff("live migration of guests with it"),
      },
    }),
  ],
  "DELETE /cluster/mapping/pci/{id}": deleted(PCI),
  "POST /cluster/mapping/usb": NEW_MAPPING,
  "PUT /cluster/mapping/usb/{id}": [
    unmapped(USB),
    clearableSettings({ of: "mapping {id}", now: USB, guests: guestsOnMapping, rules: {} }),
  ],
  "DELETE /cluster/mapping/usb/{id}": deleted(USB),

  "POST /cluster/qemu/custom-cpu-models": {
    nothing: "a new model; PVE refuses the name of another",
  },
  "PUT /cluster/qemu/custom-cpu-models/{cputype}": [clearableSettings({
    of: "CPU model {cputype}",
    now: CPU,
    guests: guestsOnCpu,
    rules: {
      flags: CHANGED_CPU,
      "guest-phys-bits": CHANGED_CPU,
      hidden: CHANGED_CPU,
      "hv-vendor-id": CHANGED_CPU,
      level: CHANGED_CPU,
      "phys-bits": CHANGED_CPU,
      "reported-model": CHANGED_CPU,
    },
  })],
  "DELETE /cluster/qemu/custom-cpu-models/{cputype}": [deletion({
    what: "CPU model {cputype}",
    loses: "guests with it do not start",
    now: CPU,
    shows: ["reported-model", "flags"],
    guests: guestsOnCpu,
  })],
} satisfies EffectTable<
  Extract<ChangeOperation, `${string} /cluster/${"mapping" | "qemu"}${string}`>
>;
