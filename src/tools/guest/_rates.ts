/**
 * How much guests move now: the cluster's list counts bytes since each guest's start, what they are
 * per second stands in their series.
 *
 * @module
 */
import { guestOperation } from "../../pve/api.ts";
import type { Guest } from "../../pve/guests.ts";
import type { Row } from "../../tool/answer.ts";
import type { ReadContext } from "../../tool/context.ts";
import { type GuestState, placeArgs } from "./_state.ts";

/** Counters since the start of a guest. */
const COUNTERS = ["netin", "netout", "diskread", "diskwrite"];
/** Columns with what they are per second. */
export const RATES = COUNTERS.map((name) => `${name}_rate`);

/** The newest rates of a guest; of one that is new nothing is measured yet. */
export async function ratesOf(
  context: ReadContext,
  guest: Pick<Guest, "vmid" | "type" | "node">,
): Promise<Row> {
  const operation = guestOperation("GET /nodes/{node}/{type}/{vmid}/rrddata", guest.type);
  const args = { ...placeArgs(guest), timeframe: "hour" };
  const rows = (await context.request(operation, args)).data as readonly Row[];
  const newest = rows.filter(({ netin }) => typeof netin === "number")
    .reduce<Row>((last, row) => Number(row.time) > Number(last.time ?? 0) ? row : last, {});
  return Object.fromEntries(COUNTERS.map((name) => [`${name}_rate`, newest[name]]));
}

/** What the numbers of a running guest mean. */
export function stateLoadNotes({ status, cpus }: GuestState): string[] {
  if (status !== "running") return [];
  return [
    `cpu is a share of its ${cpus} cores; ${
      COUNTERS.join(", ")
    } are totals since its start: proxmox_guest_rrddata has rates`,
  ];
}

/** What the numbers of a list mean, where the caller goes by them. */
export function loadNotes(shown: readonly string[], decides: readonly string[]): string[] {
  const totals = shown.filter((name) => COUNTERS.includes(name));
  return [
    ...(decides.includes("cpu") && !decides.includes("cpu_used")
      ? ["cpu is a share of each guest's own maxcpu; cpu_used is the cores in use"]
      : []),
    ...(totals.length > 0
      ? [`${totals.join(", ")}: totals since each guest's start; ${totals[0]}_rate is per second`]
      : []),
  ];
}
