/**
 * What the operations take away that VMs and containers share: power, snapshots, moving, removal.
 *
 * @module
 */
import type { Args } from "../encode.ts";
import {
  always,
  type CurrentState,
  type Effect,
  isOn,
  type Loss,
  theGuest,
  whenOn,
} from "./effect.ts";
import { forBothTypes, type GuestType, type SharedChange } from "./guest_operations.ts";
import { runs, whileRunning } from "./guest_power.ts";
import { diskText } from "./guest_volumes.ts";
import { listText } from "./lists.ts";
import { snapshotNames, snapshotText } from "./snapshots.ts";

/** Operations whose effects depend on the type, or stand with the firewalls. */
type Apart =
  | `${string}/firewall/${string}`
  | "POST /nodes/{node}/{type}"
  | "POST /nodes/{node}/{type}/{vmid}/migrate"
  | "PUT /nodes/{node}/{type}/{vmid}/config";

const CONSOLE = { nothing: "opens a console; what is typed there is another matter" } as const;

/** What goes with a guest. */
async function removed(type: GuestType, args: Args, state: CurrentState): Promise<Loss[]> {
  const { node, vmid } = args;
  const guest = { type, node: String(node), vmid: Number(vmid) };
  const [disks, snapshots] = await Promise.all([
    diskText(guest, state),
    snapshotNames(type, args, state),
  ]);
  const parts = [
    disks === undefined ? "its disks, which could not be read" : disks || "no disks",
    ...(snapshots?.length === 0 ? [] : [
      `snapshots ${snapshots ? listText(snapshots) : "that could not be read"}`,
    ]),
  ];
  return [{ what: `the guest with ${parts.join("; ")}`, guests: [guest.vmid] }];
}

/** A change of a snapshot that every call makes. */
function ofSnapshot(
  type: GuestType,
  takes: string,
  textOf: (snapshot: string) => string,
): Effect<never> {
  return {
    takes,
    judge: async (args, state) => {
      const what = textOf(await snapshotText(type, args, state));
      return [{ what, guests: [Number(args.vmid)] }];
    },
  };
}

/** Effects of what VMs and containers share. */
export const guestEffects = forBothTypes<Exclude<SharedChange, Apart>>((type) => ({
  "DELETE /nodes/{node}/{type}/{vmid}": [
    {
      takes: "the guest with its disks and snapshots",
      judge: (args, state) => removed(type, args, state),
    },
    whenOn("purge", "its place in backup jobs, replication and high availability", theGuest),
    whenOn(
      "destroy-unreferenced-disks",
      "its volumes on all storages, those too that its configuration does not name",
      theGuest,
    ),
  ],
  "DELETE /nodes/{node}/{type}/{vmid}/snapshot/{snapname}": [
    ofSnapshot(type, "the way back to a state", (snapshot) => `the way back to ${snapshot}`),
  ],
  "POST /nodes/{node}/{type}/{vmid}/snapshot/{snapname}/rollback": [
    ofSnapshot(
      type,
      "all changes since a snapshot",
      (snapshot) => `all changes of disks and configuration since ${snapshot}`,
    ),
    whileRunning(type, "what runs in the guest"),
  ],
  "POST /nodes/{node}/{type}/{vmid}/snapshot": { nothing: "keeps a state beside the present one" },
  "PUT /nodes/{node}/{type}/{vmid}/snapshot/{snapname}/config": {
    nothing: "only the words that describe a snapshot",
  },
  "POST /nodes/{node}/{type}/{vmid}/status/start": { nothing: "starts what is off" },
  "POST /nodes/{node}/{type}/{vmid}/status/resume": { nothing: "goes on with what was paused" },
  "POST /nodes/{node}/{type}/{vmid}/status/stop": [
    whileRunning(type, "the running guest, with what its OS has not written to disk"),
  ],
  "POST /nodes/{node}/{type}/{vmid}/status/shutdown": [
    whileRunning(type, "the running guest, until it is started"),
    whileRunning(
      type,
      "what it has not written to disk, if it does not shut down in time",
      ["forceStop"],
      ({ forceStop }) => isOn(forceStop),
    ),
  ],
  "POST /nodes/{node}/{type}/{vmid}/status/reboot": [
    whileRunning(type, "the running guest, while it starts anew"),
  ],
  "POST /nodes/{node}/{type}/{vmid}/status/suspend": [
    whileRunning(type, "the running guest, until it is resumed"),
  ],
  "POST /nodes/{node}/{type}/{vmid}/template": [
    always("the guest as one that runs: a template is only cloned", theGuest),
  ],
  "POST /nodes/{node}/{type}/{vmid}/clone": { nothing: "makes a guest of its own" },
  "POST /nodes/{node}/{type}/{vmid}/remote_migrate": [
    {
      takes: "the guest in this cluster: it is stopped and locked, with delete gone",
      by: ["delete"],
      judge: async (args, state) => {
        const guests = [Number(args.vmid)];
        if (isOn(args.delete)) return [{ what: "the guest in this cluster", guests }];
        const running = await runs(type, args, state) ? "the running guest here, " : "";
        return [{ what: `${running}the use of the guest here: it stays stopped, locked`, guests }];
      },
    },
  ],
  "POST /nodes/{node}/{type}/{vmid}/mtunnel": { nothing: "what a migration speaks through" },
  "PUT /nodes/{node}/{type}/{vmid}/resize": { nothing: "disks only grow: PVE shrinks none" },
  "POST /nodes/{node}/{type}/{vmid}/spiceproxy": CONSOLE,
  "POST /nodes/{node}/{type}/{vmid}/termproxy": CONSOLE,
  "POST /nodes/{node}/{type}/{vmid}/vncproxy": CONSOLE,
}));
