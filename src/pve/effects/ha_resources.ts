/**
 * Effects on guests under high availability, which HA stops, moves or no longer looks after.
 *
 * @module
 */
import type { Args } from "../encode.ts";
import { deletion } from "./deletion.ts";
import {
  always,
  type ChangeOperation,
  type Consequence,
  type CurrentState,
  type Effect,
  type EffectTable,
  type GuestsOf,
} from "./effect.ts";
import { guestOfSid } from "./guests_of.ts";
import { readNamed, readRows } from "./read.ts";
import { clearableSettings, lowered, replaced } from "./settings.ts";
import { UNREAD } from "./words.ts";

const theResource: GuestsOf = ({ sid }) => guestOfSid(sid);

/** True unless the guest is known to be stopped. */
async function mayRun(sid: unknown, state: CurrentState): Promise<boolean> {
  const guest = (await state.guests()).find(({ vmid }) => guestOfSid(sid).includes(vmid));
  return guest?.status !== "stopped";
}

/** A state in which HA stops the guest, or leaves it alone. */
const wantedState: Effect<"state"> = {
  takes: "the running guest, which HA stops; with ignored, high availability",
  by: ["state"],
  judge: async (args, state) => {
    const { sid, state: wanted } = args;
    const guests = guestOfSid(sid);
    if (wanted === "stopped" || wanted === "disabled") {
      return await mayRun(sid, state) ? [{ what: `${sid}: HA stops it`, guests }] : [];
    }
    if (wanted !== "ignored") return [];
    const now = await readNamed(state, "GET /cluster/ha/resources/{sid}", args);
    if (now?.state === "ignored") return [];
    const known = now === undefined ? `, ${UNREAD}` : "";
    return [{ what: `${sid}${known}: high availability, HA leaves it alone`, guests }];
  },
};

/** A new resource in a state in which HA stops the guest. */
const newState: Effect<"state"> = {
  takes: "the running guest, which HA stops",
  by: ["state"],
  judge: async ({ sid, state: wanted }, state) =>
    (wanted === "stopped" || wanted === "disabled") && await mayRun(sid, state)
      ? [{ what: `${sid}: HA stops it`, guests: guestOfSid(sid) }]
      : [],
};

/** The guest on another node. */
function moved({ sid, node }: Args): Consequence {
  return { guests: guestOfSid(sid), after: (guest) => ({ ...guest, node: String(node) }) };
}

/** Moving stops containers, and everything when it is a relocation. */
function move(stops: (sid: string) => boolean, takes: string): Effect<never> {
  return {
    takes,
    judge: async (args, state) => {
      const { sid, node } = args;
      const guest = (await state.guests()).find(({ vmid }) => guestOfSid(sid).includes(vmid));
      const kind = guest?.type === "lxc" ? `ct:${guest.vmid}` : String(sid);
      if (guest?.node === node) return [];
      if (!stops(kind) || guest?.status === "stopped") return [moved(args)];
      const what = `${sid}: is stopped and starts again on ${node}`;
      return [moved(args), { what, guests: guestOfSid(sid) }];
    },
  };
}

/** All guests under HA. */
const allResources: GuestsOf = async (_, state) => {
  const rows = await readRows(state, "GET /cluster/ha/resources", {});
  return rows?.flatMap(({ sid }) => guestOfSid(sid)) ??
    (await state.guests()).map(({ vmid }) => vmid);
};

/** Effects on resources of HA, and on HA as a whole. */
export const haResourceEffects = {
  "POST /cluster/ha/resources": [newState],
  "PUT /cluster/ha/resources/{sid}": [
    wantedState,
    clearableSettings({
      of: "HA resource {sid}",
      now: "GET /cluster/ha/resources/{sid}",
      guests: theResource,
      trivial: ["failback", "state"],
      rules: {
        group: replaced("nodes of its HA group"),
        max_relocate: lowered("tries on other nodes", 1),
        max_restart: lowered("tries on its node", 1),
      },
    }),
  ],
  "DELETE /cluster/ha/resources/{sid}": [deletion({
    what: "HA resource {sid}",
    loses: "high availability, nothing starts the guest elsewhere when its node fails",
    now: "GET /cluster/ha/resources/{sid}",
    shows: ["state", "group"],
    guests: theResource,
  })],
  "POST /cluster/ha/resources/{sid}/migrate": [
    move((sid) => sid.startsWith("ct:"), "what runs in a container, which stops to move"),
  ],
  "POST /cluster/ha/resources/{sid}/relocate": [
    move(() => true, "what runs in the guest, which stops to move"),
  ],
  "POST /cluster/ha/status/arm-ha": { nothing: "HA looks after its guests again" },
  "POST /cluster/ha/status/disarm-ha": [
    always("high availability of all guests: nothing starts them elsewhere", allResources),
  ],
} satisfies EffectTable<
  Extract<ChangeOperation, `${string} /cluster/ha/${"resources" | "status"}${string}`>
>;
