/**
 * The configurations of guests, and what in them keeps a guest from starting elsewhere.
 *
 * @module
 */
import { guestOperation } from "../../pve/api.ts";
import type { Ties } from "../../pve/ties.ts";
import type { Row } from "../../tool/answer.ts";
import type { GuestRow, Readings } from "./_readings.ts";

/** Configurations that are asked for before it is looked whether there is time for more. */
const WAVE = 250;
/** Seconds that must be left for the rest of a report. */
const RESERVE_SECONDS = 15;

/** The configurations of guests, side by side; those that cannot be read are left out. */
export async function configsOf(
  readings: Readings,
  guests: readonly GuestRow[],
): Promise<Map<number, Row>> {
  const configs = new Map<number, Row>();
  for (let from = 0; from < guests.length; from += WAVE) {
    if (from > 0 && readings.context.budget.requestSeconds < RESERVE_SECONDS) {
      readings.note(`No time was left for the configurations of ${guests.length - from} guests`);
      break;
    }
    await Promise.all(
      guests.slice(from, from + WAVE).map(async ({ vmid, type, node }) => {
        const operation = guestOperation("GET /nodes/{node}/{type}/{vmid}/config", type);
        const what = `configuration of ${vmid}`;
        const config = await readings.read<Row>(operation, { node, vmid }, what);
        if (config !== undefined) configs.set(vmid, config);
      }),
    );
  }
  return configs;
}

/** Why a guest that is started elsewhere does not come up; undefined when nothing is against it. */
export function missingElsewhere(
  ties: Ties,
  replicated: boolean,
  hasImage: (volume: string) => boolean,
): string | undefined {
  const { volumes, images, devices, mounts } = ties;
  const [volume] = volumes;
  if (volume && !replicated) return `local disk ${volume.key} on ${volume.storage}`;
  const image = images.find((each) => !hasImage(each));
  if (image !== undefined) return `local CD image ${image}`;
  const held = [...devices, ...mounts];
  return held.length > 0 ? `device of the node: ${held.join(", ")}` : undefined;
}
