/**
 * The guests that a backup is made of, now or by schedule.
 *
 * @module
 */
import type { Guest } from "../guests.ts";
import { splitList } from "../split_list.ts";
import { isOn } from "./effect.ts";
import type { Row } from "./read.ts";

/** True for the guests that a request or a job chooses, wherever they are. */
export function isChosen({ vmid, pool, all, exclude, node }: Row): (guest: Guest) => boolean {
  const left = splitList(exclude).map(Number);
  const named = splitList(vmid).map(Number);
  const everyone = isOn(all) || (left.length > 0 && (pool === undefined || pool === ""));
  return (guest) => {
    if (left.includes(guest.vmid)) return false;
    if (node !== undefined && node !== "" && guest.node !== node) return false;
    if (everyone || named.includes(guest.vmid)) return true;
    return guest.pool !== undefined && pool !== undefined &&
      (guest.pool === pool || guest.pool.startsWith(`${pool}/`));
  };
}

/** Numbers that a request names and that no guest has that can be seen. */
export function unseen({ vmid }: Row, guests: readonly Guest[]): number[] {
  return splitList(vmid).map(Number).filter((each) => !guests.some((guest) => guest.vmid === each));
}
