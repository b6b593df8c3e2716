/**
 * What became of a volume that was taken out of its slot: PVE keeps it as `unusedN`, unless it was
 * told to delete it or the guest still uses it.
 *
 * @module
 */
import type { Args } from "../../pve/encode.ts";
import { nameOf } from "../../pve/guests.ts";
import { guestOf, type ReadContext } from "../../tool/context.ts";
import type { CallResult, Outcome } from "../../tool/define.ts";
import { configOutcome } from "./_pending.ts";
import { checkTaken, configOf, unusedSlot, volumeOf } from "./_volumes.ts";

/** The slot to empty, and the volume in it. */
export async function detachment(
  context: ReadContext,
  key: string,
  kinds: RegExp,
): Promise<{ volume: string; delete: string }> {
  const config = await configOf(context, guestOf(context));
  checkTaken(config, key, kinds);
  return { volume: volumeOf(config[key]), delete: key };
}

/**
 * The outcome of a call whose arguments have the slot as `delete` and what it held as `volume`.
 *
 * @param deletion How to delete what stays: a call without the slot.
 */
export async function detachOutcome(
  context: ReadContext,
  args: Args,
  end: CallResult,
  deletion: string,
): Promise<Outcome> {
  const guest = guestOf(context);
  const key = String(args.delete);
  const changed = await configOutcome(context, args, end);
  const pending = changed.object?.pending as Record<string, string> | undefined;
  if (end.state !== "done" || (pending && Object.hasOwn(pending, key))) return changed;
  const { [key]: _gone, ...object } = changed.object ?? {};
  const slot = unusedSlot(await configOf(context, guest), String(args.volume));
  if (slot === undefined) {
    const gone = Boolean(args.force) || key.startsWith("unused");
    return gone
      ? { ...changed, title: `Deleted ${key} of ${nameOf(guest)} with its data` }
      : changed;
  }
  return {
    title: `Detached ${key} from ${nameOf(guest)}; its data stays as ${slot}`,
    object: { [slot]: args.volume, ...object },
    notes: [`${deletion}${slot} deletes the data too`, ...changed.notes ?? []],
  };
}
