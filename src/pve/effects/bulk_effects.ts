/**
 * What operations on many guests at once take away.
 *
 * @module
 */
import type { Args } from "../encode.ts";
import { type Guest, sidOf } from "../guests.ts";
import { splitList } from "../split_list.ts";
import {
  type ChangeOperation,
  type Consequence,
  type CurrentState,
  type Effect,
  type EffectTable,
  isOff,
  type Loss,
} from "./effect.ts";
import { lossOfGuests, mayRun, moved } from "./guest_power.ts";
import { readRows } from "./read.ts";

type BulkOperation =
  | Extract<ChangeOperation, `${string} /cluster/bulk-action/${string}`>
  | `POST /nodes/{node}/${"startall" | "stopall" | "suspendall" | "migrateall"}`;

/** The guests that a request names, or all, on its node or everywhere. */
interface Chosen {
  readonly guests: readonly Guest[];
  /** Numbers that no guest has that can be seen. */
  readonly unseen: readonly number[];
}

async function chosen({ vms, node }: Args, state: CurrentState): Promise<Chosen> {
  const named = splitList(vms).map(Number);
  const all = await state.guests();
  return {
    guests: all.filter((guest) =>
      (node === undefined || guest.node === node) &&
      (named.length === 0 || named.includes(guest.vmid))
    ),
    unseen: named.filter((vmid) => !all.some((guest) => guest.vmid === vmid)),
  };
}

/** Guests under HA, which PVE leaves to it unless they are named; none where that cannot be seen. */
async function leftToHa({ vms }: Args, state: CurrentState): Promise<readonly string[]> {
  if (splitList(vms).length > 0) return [];
  const rows = await readRows(state, "GET /cluster/ha/resources", {}) ?? [];
  return rows.filter((row) => row.state !== "ignored").map(({ sid }) => String(sid));
}

/**
 * What guests lose that run; those that cannot be seen may run as well. A lock keeps them from it
 * for as long as it lasts, which nobody knows.
 */
async function runningLoss(
  what: string,
  args: Args,
  state: CurrentState,
  isMeant: (guest: Guest) => boolean = () => true,
): Promise<Loss[]> {
  const [{ guests, unseen }, left] = await Promise.all([
    chosen(args, state),
    leftToHa(args, state),
  ]);
  const running = guests.filter((each) =>
    isMeant(each) && mayRun(each) && !left.includes(sidOf(each))
  );
  const isLocked = ({ lock }: Guest): boolean => lock !== undefined;
  return [
    ...lossOfGuests(what, { guests: running.filter((each) => !isLocked(each)), unseen }),
    ...lossOfGuests(`${what}, if their lock ends before`, { guests: running.filter(isLocked) }),
  ];
}

/** Guests that run are stopped: by force, unless it is off, when they do not shut down in time. */
const stops: Effect<"vms" | "force-stop"> = {
  takes: "the running guests; of those that do not shut down in time, what is not on disk",
  by: ["vms", "force-stop"],
  judge: (args, state) => {
    const forced = isOff(args["force-stop"]) ? "" : ", cut off where they take too long";
    return runningLoss(`what runs in guests${forced}`, args, state);
  },
};

const isVm = ({ type }: Guest): boolean => type === "qemu";

/** VMs that run are paused, or written to disk; containers are left alone. */
const suspends: Effect<"vms"> = {
  takes: "the running VMs, until they are resumed",
  by: ["vms"],
  judge: (args, state) =>
    runningLoss("what runs in VMs, until they are resumed", args, state, isVm),
};

async function movesOf(args: Args, state: CurrentState): Promise<Consequence[]> {
  const { guests, unseen } = await chosen(args, state);
  const numbers = [...guests.map(({ vmid }) => vmid), ...unseen];
  const restarted = guests.filter((guest) => !isVm(guest) && mayRun(guest));
  return [
    ...moved(numbers, args.target),
    ...lossOfGuests("what runs in containers, which start anew there", { guests: restarted }),
  ];
}

/** Guests move; a container that runs starts anew. */
const moveAll: Effect<"vms" | "target"> = {
  takes: "the protection that a node gives; containers that run start anew",
  by: ["vms", "target"],
  judge: movesOf,
};

/** Effects of operations on many guests. */
export const bulkEffects = {
  "POST /cluster/bulk-action/guest/start": { nothing: "starts what is off" },
  "POST /cluster/bulk-action/guest/shutdown": [stops],
  "POST /cluster/bulk-action/guest/suspend": [suspends],
  "POST /cluster/bulk-action/guest/migrate": [moveAll],
  // It has `force`, by which guests start that do not with their node; it takes nothing.
  "POST /nodes/{node}/startall": [],
  "POST /nodes/{node}/stopall": [stops],
  "POST /nodes/{node}/suspendall": [suspends],
  "POST /nodes/{node}/migrateall": [moveAll],
} as const satisfies EffectTable<BulkOperation>;
