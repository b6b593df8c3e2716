/**
 * Which guests of a node HA brings back elsewhere, and why others stay down.
 *
 * @module
 */
import { sidOf } from "../../pve/guests.ts";
import {
  type HaRule,
  type HaService,
  leavesNoNode,
  type Placement,
  recoveryPlacements,
  REMOVABLE_LOCKS,
  rulesOfGroups,
} from "../../pve/ha_placement.ts";
import { unknownOf } from "../../pve/findings/moves.ts";
import { hasStorage, lackText, type StorageRow } from "../../pve/storage_rows.ts";
import { type GuestRow, NO_OPERATION, type Readings, type Resources, rowsOf } from "./_readings.ts";
import type { Ties } from "../../pve/ties.ts";
import { missingElsewhere } from "./_configs.ts";

/** A guest of the node, and what becomes of it. */
export interface Fate {
  readonly guest: GuestRow;
  /** The node where it comes back. */
  readonly back: string | undefined;
  /** Nobody can tell whether it does. */
  readonly unknown?: boolean;
  /** Why it stays down, or what is lost when it comes back. */
  readonly why: string;
}

/** What HA is told, and would do. */
export interface HighAvailability {
  /** False where the token may not look at it. */
  readonly isSeen: boolean;
  readonly states: ReadonlyMap<string, string>;
  readonly placements: ReadonlyMap<string, Placement>;
  /** Why HA does nothing at all. */
  readonly idle: string | undefined;
}

/** What HA would do once the rest is alone. */
export async function highAvailability(
  readings: Readings,
  { guests }: Resources,
  online: readonly string[],
  quorate: boolean | undefined,
): Promise<HighAvailability> {
  const [resources, rules, status] = await Promise.all([
    readings.read("GET /cluster/ha/resources", {}, "HA resources"),
    readings.read("GET /cluster/ha/rules", {}, "HA rules"),
    readings.read("GET /cluster/ha/status/current", {}, "HA"),
  ]);
  // Before 9 there are no rules; from 9 on no groups, of which it answers with an error.
  const groups = rules === NO_OPERATION
    ? rowsOf(await readings.read("GET /cluster/ha/groups", {}, "HA groups"))
    : undefined;
  const states = new Map(
    rowsOf(resources).map(({ sid, state }) => [String(sid), String(state ?? "started")]),
  );
  const services = guests.filter((guest) => states.has(sidOf(guest))).map((guest): HaService => ({
    sid: sidOf(guest),
    node: guest.node,
    active: /^(started|enabled)$/.test(states.get(sidOf(guest)) ?? ""),
  })).filter(({ sid }) => states.get(sid) !== "ignored");
  const disarmed = rowsOf(status).some((row) => row["armed-state"] === "disarmed");
  return {
    isSeen: resources !== undefined && rules !== undefined,
    states,
    placements: recoveryPlacements(
      services,
      groups === undefined ? rowsOf<HaRule>(rules) : rulesOfGroups(groups, rowsOf(resources)),
      online,
    ),
    idle: quorate === false ? "no quorum" : disarmed ? "HA is disarmed" : undefined,
  };
}

/** CD images that nodes have of their own, as `node volume`. */
export async function localImages(
  readings: Readings,
  { storages }: Resources,
  ties: readonly Ties[],
  online: readonly string[],
): Promise<ReadonlySet<string>> {
  const names = new Set(ties.flatMap(({ images }) => images.map((each) => each.split(":")[0])));
  const places = storages.filter(({ storage, node, available }) =>
    names.has(storage) && online.includes(node) && available
  );
  const found = await Promise.all(
    places.map(async (place) =>
      (await readings.volumes(place, "iso")).map(({ volid }) => `${place.node} ${volid}`)
    ),
  );
  return new Set(found.flat());
}

/** What other nodes have that a guest may need. */
export interface Elsewhere {
  /** CD images that nodes have of their own, as `node volume`. */
  readonly images: ReadonlySet<string>;
  readonly storages: readonly StorageRow[];
}

/** What becomes of a guest that HA keeps running. */
function fateUnderHa(
  guest: GuestRow,
  { placements }: HighAvailability,
  ties: Ties | undefined,
  replicas: readonly string[],
  { images, storages }: Elsewhere,
): Fate {
  const { node, rules } = placements.get(sidOf(guest)) ?? { rules: [] };
  const down = (why: string): Fate => ({ guest, back: undefined, why });
  if (node === undefined) return down(leavesNoNode({ rules }));
  if (guest.lock && !REMOVABLE_LOCKS.includes(guest.lock)) return down(`locked (${guest.lock})`);
  if (!ties) return { guest, back: node, why: "unless something ties it: its config was not read" };
  const unknown = unknownOf({ ties });
  if (unknown) return { guest, back: undefined, why: unknown, unknown: true };
  const lacking = ties.storages.find((storage) => !hasStorage(storages, storage, node));
  if (lacking !== undefined) return down(lackText(storages, lacking, node));
  const missing = missingElsewhere(
    ties,
    replicas.includes(node),
    (volume) => images.has(`${node} ${volume}`),
  );
  if (missing !== undefined) {
    const replica = ties.volumes.length > 0 && replicas.length > 0;
    const later = `; HA tries ${node} first, its replica is on ${replicas.join(", ")}`;
    return down(`${missing}${replica ? later : ""}`);
  }
  return {
    guest,
    back: node,
    why: ties.volumes.length > 0 ? "from its replica: what is newer is lost" : "",
  };
}

/** What becomes of a guest when its node fails. */
export function fateOf(
  guest: GuestRow,
  ha: HighAvailability,
  ties: Ties | undefined,
  replicas: readonly string[],
  elsewhere: Elsewhere,
): Fate {
  if (!ha.isSeen) {
    return { guest, back: undefined, why: "what HA does cannot be seen", unknown: true };
  }
  const state = ha.states.get(sidOf(guest));
  if (state === undefined || state === "ignored") {
    const local = ties && missingElsewhere(ties, replicas.length > 0, () => true);
    return { guest, back: undefined, why: `not under HA${local ? `; ${local}` : ""}` };
  }
  if (!/^(started|enabled)$/.test(state)) {
    return { guest, back: undefined, why: `HA wants it ${state}` };
  }
  if (ha.idle !== undefined) return { guest, back: undefined, why: ha.idle };
  return fateUnderHa(guest, ha, ties, replicas, elsewhere);
}
