/**
 * What may never be destroyed: guests tagged `protected`, and what PROXMOX_PROTECT names by tag,
 * pool, number, name or node.
 *
 * @module
 */
import { describeGuest, type Guest } from "../pve/guests.ts";
import { ToolError } from "../tool/answer.ts";
import { protectedNames, protection } from "../tool/protection.ts";
import { FreshState } from "./fresh_state.ts";
import type { Services } from "../tool/services.ts";
import type { Judgement } from "./judgement.ts";

function namesOf({ config }: Services): ReadonlySet<string> {
  return protectedNames(config.protect);
}

function refusal(what: string, why: string): ToolError {
  return new ToolError(`${what} is protected`, {
    kind: "denied",
    reason: why,
    notes: ["Nothing was done; a person can take the protection away"],
  });
}

function lossOf(what: string, why: string): ToolError {
  return refusal(what, `Nothing may be destroyed on it: ${why}`);
}

/** Numbers and names in a text, wherever they stand in it: `vm-100-disk-0` names 100. */
function wordsIn(text: string): string[] {
  const parts = text.toLowerCase().split(/[\s,;=:/!@]+/);
  return [
    text.toLowerCase(),
    ...parts,
    ...text.match(/\d+/g)?.map((digits) => String(Number(digits))) ?? [],
  ];
}

/** True for a text with a range that holds the number: `100-105`. */
function holdsRange(text: string, vmid: number): boolean {
  return [...text.matchAll(/(?<!\d)(\d{1,9})-(\d{1,9})(?!\d)/g)]
    .some(([, from, to]) => Number(from) <= vmid && vmid <= Number(to));
}

/**
 * Refuses texts of a request of which nobody knows what it does, when they name what is protected.
 *
 * @returns The guests that they name, as they are now.
 * @throws {ToolError} Naming it.
 * @throws {GuestLookupError} When the guests cannot be listed: then nobody can tell.
 */
export async function refuseNamed(
  services: Services,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<readonly Guest[]> {
  const names = namesOf(services);
  const words = new Set(texts.flatMap(wordsIn));
  const named = [...names].find((name) => words.has(name));
  if (named !== undefined) throw refusal(`"${named}"`, "PROXMOX_PROTECT names it");
  const isNamed = ({ vmid, name }: Guest): boolean =>
    words.has(String(vmid)) || words.has(name.toLowerCase()) ||
    texts.some((text) => holdsRange(text, vmid));
  const state = new FreshState(services, [], { signal });
  const found = (await state.asTheyAre(await state.guests())).filter(isNamed);
  for (const guest of found) {
    const why = protection(guest, names);
    if (why !== undefined) throw refusal(describeGuest(guest), why);
  }
  return found;
}

/**
 * Refuses what would take something from a protected guest or node, or the protection from a guest.
 *
 * @param node The node that the requests are about, when it is no guest that they are about.
 * @throws {ToolError} Naming the guest or node.
 */
export function refuseProtected(
  services: Services,
  { losses, exposures, all }: Judgement,
  node: string | undefined,
): void {
  const names = namesOf(services);
  const losing = new Set(losses.flatMap(({ guests }) => guests));
  for (const guest of all) {
    const why = protection(guest, names);
    if (why === undefined) continue;
    const what = describeGuest(guest);
    const exposed = exposures.some(({ guests, after }) =>
      guests.includes(guest.vmid) && protection(after(guest), names) === undefined
    );
    if (exposed) throw refusal(what, `This would take its protection away: ${why}`);
    if (losing.has(guest.vmid)) throw lossOf(what, why);
  }
  if (losses.length > 0 && node !== undefined && names.has(node.toLowerCase())) {
    throw lossOf(`Node ${node}`, `PROXMOX_PROTECT names ${node}`);
  }
}
